"""A PostgreSQL server for the tests: Debian's, in a folder of its own, reached through a socket in it."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Postgres", "find_postgres", "start_postgres"]


def find_postgres() -> Path | None:
    """The folder of the newest PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class Postgres:
    """A server that can be killed and started again."""

    def __init__(self, programs: Path, folder: Path, user: str | None) -> None:
        self._programs, self._folder, self._user = programs, folder, user
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql+psycopg://tests@/postgres?host={folder}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [self._programs / "postgres", "-D", self._folder / "store", "-k", self._folder, "-h", ""]
        # fsync stays as it is: that nothing is lost when it is killed is what is tested
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, user=self._user, cwd="/")
        for _ in range(600):
            ready = subprocess.run(
                [self._programs / "pg_isready", "-q", "-h", self._folder], check=False, capture_output=True
            )
            if ready.returncode == 0:
                return
            if self._process.poll() is not None:
                raise RuntimeError((self._folder / "log").read_text())
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not answer")

    def kill(self) -> None:
        """End it as a fault would: it writes nothing more."""
        assert self._process is not None
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self._process.pid)], check=False, capture_output=True, text=True
        )
        self._process.kill()
        for each in children.stdout.split():
            try:
                os.kill(int(each), signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._process.wait()

    def stop(self) -> None:
        """End it in good order."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)


@contextmanager
def start_postgres(programs: Path) -> Iterator[Postgres]:
    """A running server with an empty database, gone afterwards."""
    user = "nobody" if os.geteuid() == 0 else None  # it refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="wa-pg-"))  # short: a socket's path has a hundred letters at most
    try:
        if user is not None:
            shutil.chown(folder, user)
        subprocess.run(
            [programs / "initdb", "-D", folder / "store", "-U", "tests", "--auth=trust", "-E", "UTF8"],
            check=True,
            capture_output=True,
            user=user,
            cwd="/",
        )
        server = Postgres(programs, folder, user)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
