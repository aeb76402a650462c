"""The models of route choice: the scale, the overlap of ways, their shares and the logsum.

Two models correct the logit for ways that overlap. The path-size logit (Ben-Akiva and Bierlaire, "Discrete Choice
Methods and Their Applications to Short Term Travel Decisions", in Handbook of Transportation Science, 1999) counts a
way that shares its road with others for less than one. The C-logit (Cascetta, Nuzzolo, Russo and Vitetta, "A Modified
Logit Route Choice Model Overcoming Path Overlapping Problems", Transportation and Traffic Theory, 1996) adds to its
cost what it has in common with the others. Formulas and limits: docs/route-choice.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wayaround.errors import ScenarioError
from wayaround.network.rates import Rates
from wayaround.scenario_asks import ALL_OR_NOTHING, PATH_SIZE, RouteChoiceEntry
from wayaround.units import FloatArray

THETA_PER_HOUR = 1.0
"""Where the scenario says none: a way that takes an hour longer is chosen e^-1 = 0.37 times as often."""


@dataclass(frozen=True, slots=True)
class ChoiceModel:
    """How journeys choose among their ways.

    Parameters
    ----------
    name : str
        "all-or-nothing", "path-size-logit" or "c-logit".
    theta_per_hour : float, optional
        Scale of the logit for one hour. With rates it is turned into money at the vehicle's `per_hour`.
    theta_per_cost : float, optional
        Scale for one of the currency instead. Where neither is given, `THETA_PER_HOUR` holds.
    alternatives : int
        Ways that are sought in each state, the cheapest included.
    stretch : float
        No stretch of a way costs more than so many times the cheapest between its ends.
    overlap : float
        Weight of the overlap term: 0 is the plain logit.
    journeys : int
        Pairs that the model is applied to at most.
    """

    name: str = ALL_OR_NOTHING
    theta_per_hour: float | None = None
    theta_per_cost: float | None = None
    alternatives: int = 4
    stretch: float = 1.5
    overlap: float = 1.0
    journeys: int = 50

    def check(self, rates: Rates | None) -> None:
        """Refuse a scale that does not go with the vehicle, before any work.

        Raises
        ------
        ScenarioError
            As for `theta`.
        """
        if self.name != ALL_OR_NOTHING:
            self.theta(rates)

    def theta(self, rates: Rates | None) -> float:
        """Scale for one hour, or with rates for one of their currency.

        Raises
        ------
        ScenarioError
            It is said for money and the vehicle has no rates, or for hours that cost the vehicle nothing.
        """
        if rates is None:
            if self.theta_per_cost is not None:
                raise ScenarioError(
                    "route_choice.theta_per_cost needs money; give the profile rates, or say theta_per_hour.",
                    ids=["theta_per_cost"],
                )
            return THETA_PER_HOUR if self.theta_per_hour is None else self.theta_per_hour
        if self.theta_per_cost is not None:
            return self.theta_per_cost
        if not rates.per_hour:
            raise ScenarioError(
                "route_choice needs theta_per_cost, since an hour costs this vehicle nothing.", ids=["theta_per_cost"]
            )
        return (THETA_PER_HOUR if self.theta_per_hour is None else self.theta_per_hour) / float(rates.per_hour)


def read_choice(entry: RouteChoiceEntry | None) -> ChoiceModel:
    """The model that a scenario asks for; all-or-nothing where it asks for none."""
    if entry is None:
        return ChoiceModel()
    return ChoiceModel(
        entry.model,
        entry.theta_per_hour,
        entry.theta_per_cost,
        entry.alternatives,
        entry.stretch,
        entry.overlap,
        entry.journeys,
    )


def overlap_terms(lengths: Sequence[dict[int, int]], *, model: str) -> FloatArray:
    """Path size, or commonality factor, of each of several ways.

    Parameters
    ----------
    lengths : sequence of dict of int to int
        Metres of each way by link and direction.
    model : str
        "path-size-logit" or "c-logit".

    Returns
    -------
    (ways,) ndarray of float64
        Path sizes, 1 for a way that shares nothing; or commonality factors, 0 for one.

    Examples
    --------
    Two ways share half of their road:

    >>> overlap_terms([{1: 50, 2: 50}, {1: 50, 3: 50}, {4: 80}], model="path-size-logit").tolist()
    [0.75, 0.75, 1.0]
    >>> overlap_terms([{1: 50, 2: 50}, {1: 50, 3: 50}, {4: 80}], model="c-logit").round(3).tolist()
    [0.405, 0.405, 0.0]
    """
    keys = sorted({key for way in lengths for key in way})
    column = {key: number for number, key in enumerate(keys)}
    metres = np.zeros((len(lengths), len(keys)))
    used = np.zeros((len(lengths), len(keys)))
    for row, way in enumerate(lengths):
        for key, length_m in way.items():
            metres[row, column[key]], used[row, column[key]] = length_m, 1
    whole = metres.sum(axis=1)
    if model == PATH_SIZE:
        alone = (metres / np.maximum(used.sum(axis=0), 1)).sum(axis=1)
        return np.where(whole > 0, alone / np.maximum(whole, 1), 1.0)
    common = np.minimum(metres[:, None, :], metres[None, :, :]).sum(axis=2)
    mean = np.sqrt(np.maximum(whole[:, None] * whole[None, :], 1))
    shared: FloatArray = np.log(np.maximum((common / mean).sum(axis=1), 1.0))
    return shared


def divide(
    costs: FloatArray, terms: FloatArray, theta: float, *, model: str, overlap: float
) -> tuple[FloatArray, float]:
    """Shares of ways and the logsum of their costs.

    Parameters
    ----------
    costs : (ways,) ndarray of float64
        At least one.
    terms : (ways,) ndarray of float64
        Overlap terms.
    theta : float
        Scale for one unit of the costs.
    model : str
        "path-size-logit" or "c-logit".
    overlap : float
        Weight of the overlap term.

    Returns
    -------
    shares : (ways,) ndarray of float64
    logsum : float
        In the unit of the costs.

    Examples
    --------
    >>> shares, logsum = divide(np.array([10.0, 11.0]), np.ones(2), 1.0, model="path-size-logit", overlap=1.0)
    >>> shares.round(2).tolist(), round(logsum, 2)
    ([0.73, 0.27], 9.69)
    """
    least = float(costs.min())
    correction = np.log(terms) if model == PATH_SIZE else -terms
    weight = np.exp(overlap * correction - theta * (costs - least))
    total = float(weight.sum())
    return weight / total, least - float(np.log(total)) / theta


def split_weight(weight: int, shares: FloatArray) -> list[int]:
    """A weight in whole quanta by shares, with nothing lost: what is left goes to the largest remainders.

    Examples
    --------
    >>> split_weight(10, np.array([0.5, 0.25, 0.25]))
    [5, 3, 2]
    """
    exact = weight * shares
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    left = weight - int(whole.sum())
    whole[order[:left]] += 1
    return [int(each) for each in whole]
