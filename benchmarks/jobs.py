"""What is measured, and what the issue asks for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """A row of the table.

    Parameters
    ----------
    key, title : str
        Name in `results.json`, and in the table.
    target : float or None
        Seconds or megabytes to reach.
    unit : str
        "s" or "MB".
    """

    key: str
    title: str
    target: float | None = None
    unit: str = "s"


JOBS = (
    Job("open", "open the stored network and answer the first pair, in a new process", 2.0),
    Job("customise", "full customisation", 0.1),
    Job("matrix", "matrix 2,000 x 2,000, labels included", 0.03),
    Job("zone", "close the 55 km zone (links given) and redo all 4 million pairs", 0.05),
    Job("zone_loan", "the same with the changed metric borrowed, as one of many scenarios", None),
    Job("zone_match", "the same from the circle: match it to links and terminals first", None),
    Job("pair", "one pair by labels, in compiled code", 1e-6),
    Job("pair_python", "one pair by labels, called from Python", None),
    Job("pair_search", "one pair without labels", 15e-6),
    Job("path", "the path of a pair", 100e-6),
    Job("n_minus_1", "exact N-1 of every link over all 4 million pairs", 60.0),
    Job("totals_2000", "2,000 x 2,000 twice, before and after the zone, totals", None),
    Job("sum_10000", "10,000 x 10,000 once, added up without holding it", 0.3),
    Job("totals_10000", "10,000 x 10,000 twice, before and after the zone, totals", None),
    Job("totals_48000", "48,000 x 48,000 twice, before and after the zone, totals by country", 12.0),
    Job("memory", "memory of an opened network with hierarchy and labels of 2,000", 600.0, "MB"),
)

PEER_JOBS = (
    "customise", "matrix", "zone", "pair", "pair_search", "path", "n_minus_1", "sum_10000", "totals_10000",
    "totals_48000",
)  # fmt: skip
"""Jobs that each peer does, or gives its reason why it does not."""
