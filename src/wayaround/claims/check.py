"""Set claims against the roads: what each asks, what the network answers, and the verdict.

The rule of the verdict: of all assumptions under which there is an answer, a claim is supported if it agrees with
each, contradicted if with none, and otherwise depends. What cannot be asked is not checkable, with the reason.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace

from wayaround.assess import load_scenario_profile
from wayaround.claims.claim import Claim, Statement
from wayaround.claims.finding import Case, Evidence, Finding, Verdict
from wayaround.claims.roads.by_road import (
    Answer,
    measure_comparison,
    measure_detour,
    measure_difference,
    measure_route,
    straight_km,
)
from wayaround.claims.roads.inquiry import Inquiry, as_end, as_stop, open_inquiry
from wayaround.claims.roads.measured import Measured, Undecided
from wayaround.claims.roads.reasons import say_why
from wayaround.claims.roads.straight import line_evidence, measure_apart, measure_within, measure_zone
from wayaround.claims.roads.tolerance import NO_DOUBT, Doubt, doubt_ends, hedge_share, tolerate
from wayaround.claims.roads.ways import Stop
from wayaround.impact.assumptions import say_overrides, say_rates_left_aside
from wayaround.network.profiles import Profile, load_profile
from wayaround.network.road_network import RoadNetwork
from wayaround.scenario import Scenario

Progress = Callable[[str, int, int], None]


def check_claims(
    statements: Sequence[Statement],
    network: RoadNetwork,
    scenario: Scenario | None = None,
    *,
    profile: Profile | str | None = None,
    date: datetime.date | None = None,
    progress: Progress | None = None,
) -> list[Finding]:
    """Check what a text says about ways against the roads.

    Parameters
    ----------
    statements : sequence of Statement
        What `read_claims` found.
    network : RoadNetwork
        The roads.
    scenario : Scenario, optional
        Its aliases are names of places, its closures are what is shut.
    profile : Profile or str, optional
        The vehicle; the scenario's, or a truck, if left out.
    date : datetime.date, optional
        The day for which closures are in force; the scenario's, or today, if left out.
    progress : callable, optional
        Told how far the work is.

    Returns
    -------
    list of Finding
        One for each claim, in the order of the text; statements without claims have none.

    Raises
    ------
    ClosureShutsNothing, CrossingNotFound, LinkNotFound
        A closure of the scenario does not fit the network.

    Examples
    --------
    >>> import wayaround as wa
    >>> from wayaround.claims.claim import Attribution, Claim, Mention, Quantity
    >>> network = wa.open_network("world-highways")
    >>> said = "It is 200 km from Damascus to Amman by road."
    >>> claim = Claim(
    ...     "route", "distance", Quantity(6, 12, "distance", 200.0, 200.0, 50.0),
    ...     slots={"origin": Mention("Damascus", 18, 26), "destination": Mention("Amman", 30, 35)})
    >>> statement = Statement(0, 0, len(said), said, Attribution(), (claim,))
    >>> [(finding.verdict, round(finding.computed)) for finding in wa.check_claims([statement], network)]
    [('supported', 190)]
    """
    if profile is None:
        profile = "truck" if scenario is None else load_scenario_profile(scenario)
    profile = load_profile(profile) if isinstance(profile, str) else profile
    inquiry = open_inquiry(network, scenario, profile=profile, date=date)
    asked = [(statement, claim) for statement in statements for claim in statement.claims]
    findings = []
    for done, (statement, claim) in enumerate(asked):
        if progress is not None:
            progress("checking claims", done, len(asked))
        findings.append(check_claim(inquiry, statement, claim))
    return findings


def check_claim(inquiry: Inquiry, statement: Statement, claim: Claim) -> Finding:
    """Check one claim; see `check_claims`."""
    if claim.relation is None:
        return Finding(statement, claim, "not checkable", "The text does not say what way the quantity is about.")
    if (shorter := _shorter_than_straight(inquiry, claim)) is not None:
        short, said = shorter
        return Finding(
            statement,
            claim,
            "contradicted",
            f"Even the straight line is {short.km:,.0f} km, and no road is shorter.",
            computed=short.km,
            tolerance=tolerate(claim.quantity, short.km or 0.0, Doubt(*[doubt_ends(short.km or 0.0)] * 2)),
            cases=(Case("as a straight line, than which no road is shorter", short.km, agrees=False),),
            evidence=(short,),
            assumptions=(*said, "A straight line may contradict a way by road; it never supports one."),
        )
    try:
        measured, said = _measure(inquiry, statement, claim)
    except Undecided as why:
        reason = str(why)
        return Finding(statement, claim, "not checkable", f"{reason[0].upper()}{reason[1:]}.")
    return _decide(inquiry, statement, claim, measured, said)


def _measure(inquiry: Inquiry, statement: Statement, claim: Claim) -> Answer:
    match claim.relation:
        case "route":
            return measure_route(inquiry, claim)
        case "difference":
            return measure_difference(inquiry, claim)
        case "detour":
            return measure_detour(inquiry, claim)
        case "comparison":
            return measure_comparison(inquiry, claim)
        case "zone":
            return measure_zone(inquiry, claim)
        case "within":
            return measure_within(inquiry, claim)
        case _:
            return measure_apart(inquiry, claim, statement.text)


def _shorter_than_straight(inquiry: Inquiry, claim: Claim) -> tuple[Evidence, list[str]] | None:
    """The straight line where a way by road is claimed to be shorter than it, and how its ends were read."""
    if claim.relation not in ("route", "comparison") or claim.measure != "distance":
        return None
    stops: list[Stop] = []
    read: list[str] = []
    for slot in ("origin", "via", "destination"):
        if slot == "via" and claim.relation == "comparison":
            continue
        if slot not in claim.slots:
            if slot == "via":
                continue
            return None
        found = inquiry.names.place(claim.slots[slot].text, passed=slot == "via")
        try:
            stop = as_end(inquiry, as_stop(inquiry, found))
        except Undecided:
            return None
        if slot == "via" and len(as_stop(inquiry, found).links) > 1:
            continue
        stops.append(stop)
        read.append(f'"{found.text}" is read as {found.how}.')
    said = [each for each in (claim.quantity, claim.other) if each is not None and each.bound != "at least"]
    far_km = straight_km(stops)
    for quantity in said:
        slack = max(quantity.rounding, hedge_share(quantity.hedge) * quantity.high) + doubt_ends(far_km)
        if far_km > quantity.high + slack:
            return line_evidence(tuple(stops)), read
    return None


def _decide(
    inquiry: Inquiry, statement: Statement, claim: Claim, measured: Sequence[Measured], said: Sequence[str]
) -> Finding:
    main = measured[0] if measured[0].computed is not None else next(m for m in measured if m.computed is not None)
    assert main.computed is not None
    answered = [each for each in measured if each.computed is not None]
    cannot_tell = _is_lost_in_doubt(claim, main)
    agreeing = [each for each in answered if each.agrees(claim)]
    verdict: Verdict = (
        "not checkable"
        if cannot_tell
        else "supported"
        if len(agreeing) == len(answered)
        else "depends"
        if agreeing
        else "contradicted"
    )
    evidence: dict[tuple[str, tuple[str, ...]], Evidence] = {}
    for each in (main, *measured):
        for item in each.evidence:
            evidence.setdefault((item.label, item.closures), item)
    return Finding(
        statement,
        claim,
        verdict,
        say_why(claim, verdict, main, answered),
        computed=main.computed,
        tolerance=tolerate(claim.quantity, main.computed, main.doubt),
        cases=tuple(Case(each.assumption, each.computed, each.agrees(claim), each.other) for each in measured),
        evidence=tuple(evidence.values()),
        assumptions=(*said, *_state_assumptions(inquiry, claim, measured)),
        computed_other=main.other,
    )


def _is_lost_in_doubt(claim: Claim, main: Measured) -> bool:
    """Whether a difference cannot be told from none, so that almost any small one would seem to agree."""
    if claim.relation not in ("difference", "detour") or main.computed is None:
        return False
    said_alone = replace(main, doubt=NO_DOUBT)
    return main.doubt.below >= abs(main.computed) and main.agrees(claim) and not said_alone.agrees(claim)


def _state_assumptions(inquiry: Inquiry, claim: Claim, measured: Sequence[Measured]) -> list[str]:
    """What a finding rests on: borders, network, speeds."""
    if claim.relation in ("zone", "within", "apart"):
        points = "Places are points; where in a town one measures from may matter by some kilometres."
        return (
            [points] if claim.relation != "zone" else ["The size of a zone is what the scenario says, not the roads."]
        )
    crossings = dict.fromkeys(name for each in measured for item in each.evidence for name in item.crossings)
    network, profile = inquiry.network, inquiry.finder.profile
    speed = (
        f"every link at {profile.speed_kmh:g} km/h"
        if network.attributes is None
        else "links by road class, limit and surface"
    )
    return [
        f"Crossings on these ways, taken as open unless a case says otherwise: {', '.join(crossings)}."
        if crossings
        else "No crossing lies on these ways.",
        f"Closures in force are those of {inquiry.day}." if inquiry.closures else "Nothing is closed.",
        f"Network {network.name}, digest {network.digest[:12]}: {inquiry.uncertainty.measured_by}.",
        *say_overrides(network),
        f"Profile {profile.name}: {speed}; no time at borders and no rests.",
        *say_rates_left_aside(profile),
    ]
