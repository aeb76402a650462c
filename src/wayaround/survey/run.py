"""All networks of a list, each once: what is finished is kept and not looked at again."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wayaround.blocks.block import Workers
from wayaround.blocks.folder import write_whole
from wayaround.blocks.run import begin_run
from wayaround.errors import FileUnreadable, RunIncomplete
from wayaround.impact.setting import Progress
from wayaround.survey.entries import Wanted, read_network_list
from wayaround.survey.look import FAILED, RANKED, LookTask, Row, read_row

if TYPE_CHECKING:
    import pandas as pd

STAGE = "looking at networks"


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found of each network, in the order of the list.

    Parameters
    ----------
    rows : tuple of Row
        One a network.
    kept : int
        How many were finished before.
    """

    rows: tuple[Row, ...]
    kept: int

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def failed(self) -> tuple[Row, ...]:
        """Networks that did not come to the end."""
        return tuple(row for row in self.rows if row.state == FAILED)

    def table(self) -> "pd.DataFrame":
        """One row a network, with the columns of `Row`."""
        import pandas as pd

        return pd.DataFrame([asdict(row) for row in self.rows])


def survey_networks(
    path: str | Path,
    *,
    folder: Path | None = None,
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Survey:
    r"""Open or build, validate and rank each network of a list.

    A network that fails does not keep the others from being looked at: its row says why.

    Parameters
    ----------
    path : str or Path
        List of networks, see `read_network_list`.
    folder : Path, optional
        Keeps the row of each network that is finished. It is taken from there as long as neither the entry nor the
        network changes; one that failed is tried again.
    workers, progress
        As for `rank_links`.

    Returns
    -------
    Survey

    Raises
    ------
    FileUnreadable
        The list, or a folder that cannot be written.
    ScenarioError
        A list that holds no network or what it should not.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> said = '[[networks]]\nnetwork = "world-highways"\ncountries = ["LB"]\ncities = 5\n'
    >>> with TemporaryDirectory() as there:
    ...     _ = (Path(there) / "list.toml").write_text(said)
    ...     survey = survey_networks(Path(there) / "list.toml")
    >>> survey.rows[0].name, survey.rows[0].state, survey.rows[0].cities
    ('world-highways LB', 'ranked', 5)
    """
    wanted = read_network_list(Path(path))
    files = [None if folder is None else _file_of(folder, each) for each in wanted]
    rows: list[Row | None] = [_read_kept(file) for file in files]
    missing = [number for number, row in enumerate(rows) if row is None]
    with begin_run("survey", {}, workers=workers, tell=progress) as run:
        try:
            for first, table in run.spread(STAGE, LookTask(), [wanted[number] for number in missing]):
                for number, said in zip(missing[first:], table.to_pylist(), strict=False):
                    row = rows[number] = read_row(said)
                    file = files[number]
                    if file is not None and row.state == RANKED:
                        write_whole(file, json.dumps(said, ensure_ascii=False, indent=1).encode())
        except RunIncomplete:
            reasons = {missing[each.block.first]: each.reason for each in run.set_aside}
            rows = [row or _fault(wanted[number], reasons.get(number)) for number, row in enumerate(rows)]
    return Survey(tuple(row for row in rows if row is not None), len(wanted) - len(missing))


def _fault(wanted: Wanted, reason: str | None) -> Row:
    """The row of a network whose process ended; the fault is ours."""
    said = f"a fault of wayaround, again and again: {reason or 'not looked at'}"
    return Row(wanted.name, wanted.network, " ".join(wanted.countries or ()), FAILED, said)


def _file_of(folder: Path, wanted: Wanted) -> Path:
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", wanted.name)[:40]
    rows = folder / "networks"
    try:
        rows.mkdir(parents=True, exist_ok=True)
        digest = wanted.digest()
    except OSError as error:
        raise FileUnreadable(f'cannot use "{error.filename}": {error.strerror}.', ids=[wanted.name]) from error
    return rows / f"{plain}-{digest[:16]}.json"


def _read_kept(file: Path | None) -> Row | None:
    """What is kept of a network; a file that does not read is made again."""
    try:
        return None if file is None else read_row(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
