"""Tolls and risks: what a passage or a kilometre costs, where, from when to when, and for whom."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from wayaround.closures.closure import Closure, RoadClass
from wayaround.closures.entries import add_entries
from wayaround.closures.match import MatchedClosure, match_closure
from wayaround.closures.reading import check_profiles, read_target
from wayaround.errors import ScenarioError, WayaroundError
from wayaround.network.profiles import Profile, drive_times
from wayaround.network.road_network import RoadNetwork
from wayaround.scenario import Scenario
from wayaround.scenario_entries import RiskEntry, TollEntry


@dataclass(frozen=True, slots=True)
class Charge:
    """A toll, or a risk as a rate.

    Parameters
    ----------
    where : Closure
        What it concerns, when and for whom, as a closure says it; its `wait_h` is 0, so that it closes nothing, and its
        `baseline` says whether it holds before as well as after.
    is_risk : bool
        Whether it is an expected loss rather than a toll that somebody takes.
    per_passage, per_km : Decimal
        What a passage and a kilometre of the stretch cost. A zone is paid where it is entered, once, and so is a class
        of road.
    owner : str, optional
        Who takes it.
    currency : str, optional
        Its currency; that of the vehicle's rates if left out.
    as_of : datetime.date, optional
        The day on which it was known.
    vehicles : tuple of str
        Profiles that alone pay it; all, if empty.

    Examples
    --------
    >>> from wayaround.closures.closure import CrossingName
    >>> bridge = Charge.at(CrossingName("A bridge"), id="bridge", per_passage=Decimal("4.50"), owner="its builder")
    >>> bridge.id, bridge.per_passage
    ('bridge', Decimal('4.50'))
    """

    where: Closure
    is_risk: bool = False
    per_passage: Decimal = Decimal(0)
    per_km: Decimal = Decimal(0)
    owner: str | None = None
    currency: str | None = None
    as_of: datetime.date | None = None
    vehicles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if min(self.per_passage, self.per_km) < 0:
            raise ScenarioError(
                f'{self.where.called} "{self.id}" is negative; what is paid out is no toll.', ids=[self.id]
            )

    @classmethod
    def at(
        cls,
        target: object,
        *,
        id: str = "toll",
        is_risk: bool = False,
        per_passage: Decimal = Decimal(0),
        per_km: Decimal = Decimal(0),
        owner: str | None = None,
        baseline: bool = True,
    ) -> "Charge":
        """A toll or a risk on something that a closure may concern."""
        called = "risk" if is_risk else "toll"
        where = Closure(target, id=id, wait_h=0.0, baseline=baseline, called=called)  # type: ignore[arg-type]
        return cls(where, is_risk, per_passage, per_km, owner)

    @property
    def id(self) -> str:
        """How results call it."""
        return self.where.id

    def reason_not_in_force(self, day: datetime.date, party: str | None, vehicle: str) -> str | None:
        """Why it does not apply on a day to a party in a vehicle, or None where it does."""
        if self.vehicles and vehicle not in self.vehicles:
            return f"concerns only {', '.join(self.vehicles)}"
        return self.where.reason_not_in_force(day, party)


@dataclass(frozen=True, slots=True)
class MatchedCharge:
    """A toll or a risk on the links of a network."""

    charge: Charge
    matched: MatchedClosure


def match_charges(network: RoadNetwork, charges: Sequence[Charge], profile: Profile) -> tuple[MatchedCharge, ...]:
    """Find the links that tolls and risks concern.

    Raises
    ------
    ScenarioError
        There are some and the vehicle has no rates, they are in another currency, or two have one id.
    ClosureShutsNothing, CrossingNotFound, LinkNotFound
        As for `match_closure`.
    """
    check_currency(charges, profile)
    seen: set[tuple[bool, str]] = set()
    for charge in charges:
        if (charge.is_risk, charge.id) in seen:
            raise ScenarioError(f'two {charge.where.called}s have the id "{charge.id}".', ids=[charge.id])
        seen.add((charge.is_risk, charge.id))
    return tuple(_match_charge(network, charge, profile) for charge in charges)


def _match_charge(network: RoadNetwork, charge: Charge, profile: Profile) -> MatchedCharge:
    matched = match_closure(network, charge.where)
    if isinstance(charge.where.target, RoadClass) and charge.per_passage:
        matched = add_entries(network, matched, drive_times(network, profile))
    return MatchedCharge(charge, matched)


def check_currency(charges: Sequence[Charge], profile: Profile) -> None:
    """Refuse tolls and risks for a vehicle without rates, or in another currency than its rates.

    Raises
    ------
    ScenarioError
        No rate of exchange is known.
    """
    rates = profile.rates
    for charge in charges:
        where, at = charge.where, f"{charge.where.said_at}: " if charge.where.said_at else ""
        if rates is None:
            raise ScenarioError(
                f'{at}{where.called} "{charge.id}" needs a vehicle with rates; say for example profile = '
                '{ base = "truck", currency = "USD", per_hour = 35, per_km = 0.9 }.',
                ids=[charge.id],
            )
        if charge.currency not in (None, rates.currency):
            raise ScenarioError(
                f'{at}{where.called} "{charge.id}" is in {charge.currency} and the vehicle\'s rates are in '
                f"{rates.currency}; state all in one currency, no rate of exchange is known.",
                ids=[charge.id],
            )


def read_charges(scenario: Scenario) -> tuple[Charge, ...]:
    """The tolls and then the risks of a scenario file; errors as for `read_closures`."""
    tolls = [read_charge(scenario, "tolls", row) for row in range(len(scenario.tolls))]
    return *tolls, *(read_charge(scenario, "risks", row) for row in range(len(scenario.risks)))


def read_charge(scenario: Scenario, table: str, row: int) -> Charge:
    """One of the `tolls` or `risks` of a scenario file."""
    entry: TollEntry | RiskEntry = (scenario.tolls if table == "tolls" else scenario.risks)[row]
    where = scenario.where(table, row, entry.said_by.removeprefix("road_"))
    check_profiles(entry.profiles, scenario.where(table, row, "profiles"))
    try:
        target = read_target(entry, scenario.folder)
    except WayaroundError as error:
        raise type(error)(f"{where}: {error.message}", ids=[entry.id]) from error
    is_toll = isinstance(entry, TollEntry)
    return Charge(
        where=Closure(
            target=target,
            id=entry.id,
            wait_h=0.0,
            from_date=entry.from_date,
            until_date=entry.until,
            except_for=tuple(entry.except_for),
            only_for=tuple(entry.only_for),
            allow_empty=entry.allow_empty,
            baseline=entry.baseline,
            section=entry.section,
            called="toll" if is_toll else "risk",
            said_at=where,
        ),
        is_risk=not is_toll,
        per_passage=(entry.per_passage or Decimal(0)) if isinstance(entry, TollEntry) else Decimal(0),
        per_km=entry.per_km or Decimal(0),
        owner=entry.owner if isinstance(entry, TollEntry) else None,
        currency=entry.currency,
        as_of=entry.as_of,
        vehicles=tuple(entry.profiles),
    )
