"""What a killed process has left is removed by the next, and nothing else is."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from subprocess import PIPE

import pytest

from wayaround.service.counts_folder import PREFIX, counts_folder

HOLD = """
import sys
from wayaround.service.counts_folder import counts_folder
with counts_folder() as folder:
    (folder / "counter_1.db").write_bytes(b"counted")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_what_a_killed_process_left_is_removed_by_the_next(temporary: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=PIPE, stdout=PIPE, text=True) as other:
        assert other.stdout is not None
        left = Path(other.stdout.readline().strip())
        assert left.parent == temporary
        with counts_folder() as folder:
            assert {left, folder} == set(temporary.iterdir())  # the other one lives
        other.send_signal(signal.SIGKILL)
    assert list(temporary.iterdir()) == [left]
    with counts_folder() as folder:
        assert list(temporary.iterdir()) == [folder]
    assert list(temporary.iterdir()) == []


def test_what_is_not_such_a_folder_stays(temporary: Path) -> None:
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (temporary / f"{PREFIX}link").symlink_to(elsewhere)
    (temporary / f"{PREFIX}file").touch()
    with counts_folder():
        pass
    assert {each.name for each in temporary.iterdir()} == {"elsewhere", f"{PREFIX}link", f"{PREFIX}file"}
    assert (elsewhere / "kept").is_file()
