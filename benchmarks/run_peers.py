"""Run a peer in a process of its own, and make the best of one that fails."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from jobs import PEER_JOBS
from peers.exchange import say

HERE = Path(__file__).parent
ROOT = HERE.parent
OWN_PYTHON = ROOT / "build" / "bench-env" / "bin" / "python"
PEERS = {
    "SciPy": ("scipy_", False),
    "RoutingKit": ("routingkit_", False),
    "OSRM": ("osrm_", True),
    "gravel": ("gravel_", True),
    "NetworKit": ("networkit_", True),
    "pandana": ("pandana_", True),
    "scgraph": ("scgraph_", True),
    "Valhalla": ("valhalla_", True),
}
"""Module of each peer, and whether it has the peers' own environment."""
LONGEST_S = 1800


def set_up() -> None:
    """Make the peers' own environment, or say what is missing there."""
    if subprocess.run([str(HERE / "setup_peers.sh")], check=False).returncode:
        say("some peers could not be installed; they are left out")


def run_peer(name: str, work: Path) -> dict[str, Any]:
    """Run a peer on the case in a folder.

    Parameters
    ----------
    name : str
        Key of `PEERS`.
    work : Path
        The folder.

    Returns
    -------
    dict
        What it measured, or the reason why there is nothing.
    """
    module, own = PEERS[name]
    python = OWN_PYTHON if own else Path(sys.executable)
    if not python.is_file():
        return read_sheet(name, "", "not installed: no Python 3.12, or no registry")
    printed, failure = run_until([str(python), str(HERE / "peers" / f"{module}.py"), str(work)], LONGEST_S)
    return read_sheet(name, printed, failure)


def run_until(command: list[str], longest_s: float) -> tuple[str, str]:
    """Run a command, pass on what it says, and end it with all that it started if it takes too long.

    Returns
    -------
    printed : str
        Its standard output.
    failure : str
        Why it ended, or nothing if all is well.
    """
    environment = {**os.environ, "PYTHONNOUSERSITE": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environment}
    process = subprocess.Popen(command, start_new_session=True, **pipes)
    last = [""]

    def pass_on() -> None:
        for line in process.stderr:
            sys.stderr.write(line)
            last[0] = line.strip() or last[0]

    listener = threading.Thread(target=pass_on, daemon=True)
    listener.start()
    timer = threading.Timer(longest_s, lambda: os.killpg(process.pid, signal.SIGKILL))
    timer.start()
    try:
        printed = process.stdout.read()
        code = process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        raise
    finally:
        late = not timer.is_alive()
        timer.cancel()
    listener.join(5)
    if late:
        return printed, f"stopped after {longest_s / 60:.0f} minutes"
    if code < 0:
        return printed, f"it crashed: {signal.Signals(-code).name}"
    return printed, f"it failed: {last[0]}" if code else ""


def read_sheet(name: str, printed: str, failure: str) -> dict[str, Any]:
    """Take the last sheet that a peer printed; jobs that are not on it get a reason.

    Examples
    --------
    >>> read_sheet("Peer", "", "not installed")["reason"]
    'not installed'
    """
    content: dict[str, Any] = {"tool": name, "version": "", "jobs": {}, "setup_s": {}}
    for line in printed.splitlines():
        if line.startswith('{"tool"'):
            try:
                content = json.loads(line)
            except json.JSONDecodeError:
                say(f"{name}: a line was cut off")
    failure = failure.replace(f"{ROOT}/", "")
    if failure:
        say(f"{name}: {failure}")
    if not content["jobs"]:
        content["reason"] = failure or "it measured nothing"
    for job in PEER_JOBS:
        content["jobs"].setdefault(job, {"reason": failure or "not tried"})
    return content
