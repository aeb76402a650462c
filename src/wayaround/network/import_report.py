"""What became of the files that a network was built from."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that a network was built from: its name, digest and size, and until when it knows the map."""

    name: str
    sha256: str
    bytes: int
    timestamp: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import met.

    Parameters
    ----------
    files : tuple of SourceFile
        The files.
    ways : int
        Roads and ferries read.
    counts : mapping of str to int
        What was met on the way, by a name that says what; those of `TopologyCounts` among them.
    turns_kept : int
        Turn restrictions brought to links.
    turns_skipped : mapping of str to int
        Those left aside, by reason.
    borders_drawn, borders_broken : tuple of str
        Countries whose border the files hold whole, and those of which they hold a part that does not close.
    """

    files: tuple[SourceFile, ...]
    ways: int
    counts: Mapping[str, int]
    turns_kept: int
    turns_skipped: Mapping[str, int]
    borders_drawn: tuple[str, ...]
    borders_broken: tuple[str, ...]
