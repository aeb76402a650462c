"""A server that listens on loopback."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Served:
    """A server and where it listens."""

    url: str
