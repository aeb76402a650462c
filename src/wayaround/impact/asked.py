"""What a scenario asks beside its journeys, measured on the same roads."""

from wayaround.demand.facilities import read_facilities, read_people
from wayaround.errors import WayaroundError
from wayaround.impact.access import Access, measure_access
from wayaround.impact.result import Impact
from wayaround.scenario import Scenario


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
