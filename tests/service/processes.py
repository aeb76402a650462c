"""`wayaround serve` as processes of its own, which a test may kill."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

__all__ = ["SERVE", "Service", "run_service"]

SERVE = [sys.executable, "-c", "from wayaround.cli import main; main()", "serve"]


class Service:
    """A service on loopback that can be killed, in part or whole, and started again at the same address."""

    def __init__(self, folder: Path, flags: list[str], environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"service-{self.port}.log"
        self._command = [*SERVE, "--port", str(self.port), *flags]
        self._environment = os.environ | environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers, it and not what one that was killed has left."""
        begun = len(self.events("ready"))
        until = time.monotonic() + 240  # the first start of all builds the network
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:  # its address may still be another's
                with self.log.open("ab") as log:
                    self._process = subprocess.Popen(self._command, stderr=log, env=self._environment)
            if len(self.events("ready")) > begun and self.is_ready():
                return
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            with urlopen(f"{self.url}/readyz", timeout=5):
                return True
        except (URLError, OSError):
            return False

    def workers(self) -> list[int]:
        """Numbers of the processes that answer, those that are only beginning too."""
        assert self._process is not None
        command = ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self._process.pid)]
        listed = subprocess.run(command, check=False, capture_output=True, text=True).stdout
        return [int(line.split()[0]) for line in listed.splitlines() if "spawn_main" in line]

    def kill(self) -> None:
        """End the first process as a fault would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self, within_s: float = 60) -> int:
        """End it in good order, and say with which code it ended."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(within_s)

    def events(self, event: str) -> list[dict[str, Any]]:
        """Lines of the log of one kind."""
        lines: list[dict[str, Any]] = []
        if not self.log.is_file():
            return lines
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                lines.append(json.loads(line))
            except json.JSONDecodeError:  # torn by a kill
                continue
        return [line for line in lines if line.get("event") == event]

    def end(self) -> None:
        """Leave nothing behind."""
        if self._process is not None and self._process.poll() is None:
            left = self.workers()
            self.kill()
            for each in left:
                kill(each)


@contextmanager
def run_service(folder: Path, *flags: str, **environment: str) -> Iterator[Service]:
    """A service that has started, gone afterwards."""
    service = Service(folder, list(flags), environment)
    try:
        service.start()
        yield service
    finally:
        service.end()


def kill(process: int) -> None:
    """End a process as a fault would."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return
