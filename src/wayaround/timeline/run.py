"""The main path of a timeline: days on which something changes, and the scenario on each of them."""

import datetime
from pathlib import Path

from wayaround.assess import Progress
from wayaround.blocks.block import Workers
from wayaround.closures.reading import read_closures
from wayaround.errors import ScenarioError
from wayaround.network.road_network import RoadNetwork
from wayaround.scenario import Scenario
from wayaround.sweep.axes import Axis
from wayaround.sweep.run import sweep_scenario
from wayaround.sweep.values import Kind
from wayaround.timeline.result import Timeline
from wayaround.timeline.spans import list_spans


def assess_timeline(
    scenario: Scenario,
    *,
    first: datetime.date | None = None,
    last: datetime.date | None = None,
    network: RoadNetwork | None = None,
    workers: Workers | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Timeline:
    """Assess a scenario on every day on which a closure begins or has ended.

    Every number is what `assess_scenario` gives for that day alone, to the last digit. The network is opened once,
    and days under the same closures are assessed once.

    Parameters
    ----------
    scenario : Scenario
        With closures that have days; its own day is not used.
    first, last : datetime.date, optional
        Where time begins and ends, both included: by default the day before the first change and the day of the last.
    network : RoadNetwork, optional
        The scenario's network, where it is open already.
    workers, folder
        As for `sweep_scenario`.
    progress : callable, optional
        Told how far the work is; what it raises ends the timeline.

    Returns
    -------
    Timeline

    Raises
    ------
    ScenarioError
        No closure begins or ends, time ends before it begins, or over 5,000 spans.
    WayaroundError
        What `assess_scenario` raises.

    Examples
    --------
    >>> import wayaround as wa
    >>> from pathlib import Path
    >>> from wayaround.scenario import check_scenario
    >>> zone = {"id": "zone", "circle": {"lat": 33.5085, "lon": 38.62, "radius_km": 55}, "from": "2018-03-01"}
    >>> trips = {"pairs": [["33.513,36.292", "33.315,44.366"]]}
    >>> content = {"title": "A zone", "closures": [zone], "trips": trips}
    >>> scenario = check_scenario(content, path=Path("zone.toml"), dates_as_text=True)
    >>> timeline = wa.assess_timeline(scenario, first=datetime.date(2018, 1, 1), last=datetime.date(2018, 12, 31))
    >>> timeline.table()[["from", "days", "closures", "after_km"]].round().astype(str).values.tolist()
    [['2018-01-01', '59', '', '793.0'], ['2018-03-01', '306', 'zone', '929.0']]
    """
    closures = read_closures(scenario)
    try:
        spans = list_spans(closures, party=scenario.party, first=first, last=last)
    except ScenarioError as error:
        raise ScenarioError(f"{scenario.where()}: {error.message}", ids=error.ids) from error
    days = Axis("date", Kind.DAY, tuple(span.first for span in spans))
    states = sweep_scenario(
        scenario,
        [days],
        refine=False,
        network=network,
        workers=workers,
        folder=folder,
        kind="timeline",
        progress=progress,
    )
    return Timeline(closures, spans, states)
