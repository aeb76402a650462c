"""What the roads say about a claim, and what that rests on."""

from dataclasses import dataclass
from typing import Literal

from wayaround.claims.claim import Claim, Statement

Verdict = Literal["supported", "contradicted", "depends", "not checkable"]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far claimed and computed may differ; all in kilometres or hours.

    Parameters
    ----------
    rounding : float
        From the digits that were stated.
    hedge : float
        From words such as "about".
    network : float
        From what is uncertain about the network, over the parts of two routes that they do not share.
    """

    rounding: float
    hedge: float
    network: float

    @property
    def used(self) -> float:
        """The largest of the three."""
        return max(self.rounding, self.hedge, self.network)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A route, or a straight line, that decides.

    Parameters
    ----------
    label : str
        What it is: "Damascus, SY to Baghdad, IQ via al-Qaim".
    km, h : float, optional
        None where no way is left; hours are None for a straight line.
    crossings, countries, closures : tuple of str
        On the way; and the closures taken as in force.
    line : tuple of (float, float)
        Longitude and latitude.
    """

    label: str
    km: float | None
    h: float | None
    crossings: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    closures: tuple[str, ...] = ()
    line: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What was computed under one assumption.

    Parameters
    ----------
    assumption : str
        "with tanf-zone in force", "with every crossing open".
    computed : float, optional
        Kilometres or hours.
    agrees : bool
        Whether it is what was claimed.
    computed_other : float, optional
        Of a comparison the second value.
    """

    assumption: str
    computed: float | None
    agrees: bool
    computed_other: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim with its verdict.

    Parameters
    ----------
    statement, claim
        What was said.
    verdict : str
        See `Verdict`.
    reason : str
        One sentence: why, and for "depends" on what.
    computed : float, optional
        Kilometres or hours, of the first case.
    tolerance : Tolerance, optional
        None where nothing was computed.
    cases, evidence, assumptions : tuple
        What was computed, from which routes, resting on what.
    computed_other : float, optional
        Of a comparison the second value of the first case.
    """

    statement: Statement
    claim: Claim
    verdict: Verdict
    reason: str
    computed: float | None = None
    tolerance: Tolerance | None = None
    cases: tuple[Case, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    assumptions: tuple[str, ...] = ()
    computed_other: float | None = None
