"""What a scenario asks beside its journeys, measured on the same roads."""

import time
from dataclasses import replace

from wayaround.demand.facilities import read_facilities, read_people
from wayaround.errors import WayaroundError
from wayaround.impact.access import Access, measure_access
from wayaround.impact.result import Impact
from wayaround.impact.uncertainty import ErrorModel, Progress, measure_uncertainty
from wayaround.scenario import Scenario


def answer_what_is_asked(scenario: Scenario, impact: Impact, *, progress: Progress | None = None) -> Impact:
    """The same assessment with access and intervals, where the scenario asks for them."""
    begun = time.perf_counter()
    if scenario.access is not None:
        impact = replace(impact, access=read_access(scenario, impact))
    if scenario.uncertainty is not None:
        model = ErrorModel(**scenario.uncertainty.model_dump())
        impact = replace(impact, uncertainty=measure_uncertainty(impact, model, progress=progress))
    if scenario.access is not None or scenario.uncertainty is not None:
        impact.seconds["asked"] = round(time.perf_counter() - begun, 3)
    return impact


def read_access(scenario: Scenario, impact: Impact) -> Access | None:
    """Measure what `[access]` asks under the closures of an assessment; None where it asks nothing."""
    if scenario.access is None:
        return None
    facilities, people = read_facilities(scenario), read_people(scenario)
    try:
        return measure_access(
            impact.network,
            [report.matched for report in impact.closures if report.in_force],
            profile=impact.profile,
            people=people,
            facilities=facilities,
            within_h=scenario.access.within_h,
        )
    except WayaroundError as error:
        raise type(error)(f"{scenario.where('access')}: {error.message}", ids=error.ids) from error
