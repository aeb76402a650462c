"""Everything wayaround raises for bad input, as one tree.

::

    WayaroundError
    ├── ScenarioError        (ValueError)         a key, a type or a value of a scenario
    ├── FileUnreadable       (OSError)            a file that is missing or is not what it should be
    ├── TextUnreadable       (ValueError)         a text that is empty or none, or a page that cannot be unfolded
    ├── GeometryInvalid      (ValueError)         a zone that is no area
    ├── NetworkNotFound      (LookupError)        no such network
    ├── RoadsInvalid         (ValueError)         a table or graph that is no road network
    ├── PackageMissing       (ImportError)        a package that is optional and not installed
    ├── ExtractNotFound      (LookupError)        no extract of OpenStreetMap of that name
    ├── DownloadFailed       (OSError)            a file that could not be fetched whole
    ├── StoreDamaged         (OSError)            a stored network that is incomplete or of another version
    ├── PlaceNotFound        (LookupError)        no such place
    ├── PlaceAmbiguous       (LookupError)        a name that fits several places
    ├── PlaceOffNetwork      (LookupError)        a place too far from any road
    ├── CrossingNotFound     (LookupError)        no such crossing
    ├── LinkNotFound         (LookupError)        no such link
    ├── OverridesInvalid     (ValueError)         a row of overrides that does not read or that fits no link
    ├── ProfileNotFound      (LookupError)        no such profile
    ├── ProfileKeyUnknown    (LookupError)        no such value, class of road or surface in a profile
    ├── ClosureShutsNothing  (ValueError)         a closure that meets no link
    ├── SettingInvalid       (ValueError)         a setting of the service that cannot be
    ├── RequestRefused       (ValueError)         a request for what the service does not open to the network
    ├── RequestTooLarge      (ValueError)         a request for more than the service answers at once
    ├── NotJson              (ValueError)         a body that is not sent as JSON
    ├── RoleTooLow           (PermissionError)    a request to keep or run something with a token that only reads
    ├── ScenarioNotFound     (LookupError)        no stored scenario of that name, or no such version of it
    ├── NameTaken            (ValueError)         a stored scenario has that name already
    ├── VersionChanged       (ValueError)         somebody else changed the stored scenario meanwhile
    ├── JobNotFound          (LookupError)        no such job of that token
    ├── ResultNotThere       (LookupError)        a job that has not ended, or not in that format
    ├── TooManyJobs          (ValueError)         a token whose jobs have to end before it may begin another
    ├── StoreUnreachable     (OSError)            a database that does not answer
    ├── RunRefused           (ValueError)         a run folder that another run holds, or of other inputs
    ├── RunIncomplete        (RuntimeError)       a run of which some items had to be set aside
    ├── ClusterUnreachable   (OSError)            a cluster that does not answer
    ├── ClusterUnfit         (RuntimeError)       a cluster of other versions than this process
    └── ScaleOverflow        (OverflowError)      weights that the integers of the engine cannot hold

Each class is a builtin as well, so that a caller may catch what Python code usually catches. The message is
one sentence that says what is wrong and what to do; ``ids`` carries the offending names.
"""

from collections.abc import Iterable


class WayaroundError(Exception):
    """Base of all errors that bad input can cause.

    Parameters
    ----------
    message : str
        One sentence: what is wrong, where, and the nearest valid choice.
    ids : iterable of str, optional
        The offending names, for programs.
    """

    def __init__(self, message: str, *, ids: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.ids = tuple(ids)

    def __str__(self) -> str:
        return self.message


class ScenarioError(WayaroundError, ValueError):
    """A key, a type or a value of a scenario is wrong."""


class FileUnreadable(WayaroundError, OSError):
    """A file is missing or is not what it should be."""


class TextUnreadable(WayaroundError, ValueError):
    """A text is empty, is no text at all, or is a page that no reader could unfold."""


class GeometryInvalid(WayaroundError, ValueError):
    """A zone is no area: it crosses itself, has no extent or leaves the globe."""


class NetworkNotFound(WayaroundError, LookupError):
    """No network of that name, and no folder of that path."""


class RoadsInvalid(WayaroundError, ValueError):
    """A table or a graph is no road network."""


class PackageMissing(WayaroundError, ImportError):
    """A package that wayaround does without is needed for this, and not installed."""


class ExtractNotFound(WayaroundError, LookupError):
    """No extract of OpenStreetMap has that name, or covers that area."""


class DownloadFailed(WayaroundError, OSError):
    """A file could not be fetched whole."""


class StoreDamaged(WayaroundError, OSError):
    """A stored network is incomplete, or written by another version."""


class PlaceNotFound(WayaroundError, LookupError):
    """No place of that name."""


class PlaceAmbiguous(WayaroundError, LookupError):
    """A name fits several places."""


class PlaceOffNetwork(WayaroundError, LookupError):
    """A place is further from any road than the network can answer for."""


class CrossingNotFound(WayaroundError, LookupError):
    """No crossing of that name."""


class LinkNotFound(WayaroundError, LookupError):
    """No link of that id."""


class OverridesInvalid(WayaroundError, ValueError):
    """A row of overrides does not read, fits no link, or contradicts another."""


class ProfileNotFound(WayaroundError, LookupError):
    """No profile of that name."""


class ProfileKeyUnknown(WayaroundError, LookupError):
    """A profile has no such value, class of road or surface; ``ids`` are the parts of the key."""


class ClosureShutsNothing(WayaroundError, ValueError):
    """A closure meets no link of the network."""


class SettingInvalid(WayaroundError, ValueError):
    """A setting of the service is out of range, or may not be together with another."""


class RequestRefused(WayaroundError, ValueError):
    """A request names a file, or another network than the one that is served."""


class RequestTooLarge(WayaroundError, ValueError):
    """A request asks for more than the service answers at once."""


class NotJson(WayaroundError, ValueError):
    """A body is not sent as JSON."""


class RoleTooLow(WayaroundError, PermissionError):
    """A request wants to keep or run something, and its token may only read."""


class ScenarioNotFound(WayaroundError, LookupError):
    """No stored scenario has that name, or it has no such version."""


class NameTaken(WayaroundError, ValueError):
    """A stored scenario has that name already."""


class VersionChanged(WayaroundError, ValueError):
    """The stored scenario is not at the version that was to be replaced."""


class JobNotFound(WayaroundError, LookupError):
    """No job of that id belongs to that token."""


class ResultNotThere(WayaroundError, LookupError):
    """A job has not ended, or not well, or has no result of that format."""


class TooManyJobs(WayaroundError, ValueError):
    """Jobs of that token have to end before it may begin another."""


class StoreUnreachable(WayaroundError, OSError):
    """The database of the service does not answer."""


class RunRefused(WayaroundError, ValueError):
    """A run folder is held by another run, or holds one with other inputs."""


class RunIncomplete(WayaroundError, RuntimeError):
    """Some items of a run failed again and again. The fault is ours, not the input's.

    Parameters
    ----------
    message, ids
        As for all errors.
    items : iterable of int
        Numbers of the items that failed.
    others_done : bool
        Whether all other items are done.

    Attributes
    ----------
    result
        What came of all other items, where they are done and that is a result by itself; None elsewhere.
    """

    result: object = None

    def __init__(
        self, message: str, *, ids: Iterable[str] = (), items: Iterable[int] = (), others_done: bool = False
    ) -> None:
        super().__init__(message, ids=ids)
        self.items = tuple(items)
        self.others_done = others_done


class ClusterUnreachable(WayaroundError, OSError):
    """No cluster answers at the address."""


class ClusterUnfit(WayaroundError, RuntimeError):
    """A cluster runs other versions than this process, or lacks a package."""


class ScaleOverflow(WayaroundError, OverflowError):
    """A path could reach the value that means "no way"."""
