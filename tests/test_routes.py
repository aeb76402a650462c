"""Alternatives and matrices of real places, recomputed from the links and by SciPy."""

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.sparse.csgraph import dijkstra

import wayaround as wa
from wayaround.demand.trips import snap_places
from wayaround.errors import PlaceOffNetwork, ScenarioError

DAMASCUS, BAGHDAD = "33.513,36.292", "33.315,44.366"
ZONE = wa.Closure(wa.Zone.circle(lat=33.5085, lon=38.62, radius_km=55), id="zone")
STRETCH, SHARING, SPEED_KMH = 1.25, 0.8, 75


@pytest.fixture(scope="module")
def link_ds(world: wa.RoadNetwork) -> np.ndarray:
    return np.rint(np.asarray(world.link_length_m) * 3.6 / SPEED_KMH * 10).astype(np.int64)


@pytest.fixture(scope="module")
def roads(world: wa.RoadNetwork, link_ds: np.ndarray) -> sp.csr_array:
    """Times between nodes both ways; of links between the same nodes the quickest. None takes no time here."""
    ends = np.sort([world.link_tail, world.link_head], axis=0)
    order = np.lexsort((link_ds, ends[1], ends[0]))
    ends, time = ends[:, order], link_ds[order]
    first = np.append(True, (np.diff(ends, axis=1) != 0).any(axis=0)) & (time > 0)
    tail, head, time = ends[0, first], ends[1, first], time[first].astype(float)
    both = np.concatenate([tail, head]), np.concatenate([head, tail])
    return sp.csr_array((np.tile(time, 2), both), shape=(world.nodes, world.nodes))


def drive(world: wa.RoadNetwork, way: object, ends: list[tuple[int, float]], column: np.ndarray) -> np.ndarray:
    """Metres or deciseconds of each step of a way, the first and the last in part."""
    links, forward = np.array(way.links), np.array(way.forward)  # type: ignore[attr-defined]
    step = column[links].astype(float)
    for at, (link, position), leaves in ((0, ends[0], True), (-1, ends[1], False)):
        if links[at] != link:  # the place stands at the very end of its link
            assert position in (0.0, 1.0)
            continue
        part = np.rint(column[link] * position)
        step[at] = part if forward[at] != leaves else column[link] - part
    return step


@pytest.mark.parametrize(
    ("origin", "destination", "closures", "least"),
    [
        (DAMASCUS, BAGHDAD, (), 1),
        (DAMASCUS, BAGHDAD, (ZONE,), 2),
        ("Berlin, DE", "Madrid, ES", (), 4),
        ("Munich, DE", "Verona, IT", (wa.Closure(wa.Zone.circle(lat=47.0, lon=11.5, radius_km=5)),), 2),
    ],
)
def test_alternatives_keep_their_bounds(
    world: wa.RoadNetwork,
    roads: sp.csr_array,
    link_ds: np.ndarray,
    origin: str,
    destination: str,
    closures: tuple[wa.Closure, ...],
    least: int,
) -> None:
    trips = wa.named_trips(world, [[origin, destination]])
    impact = wa.assess(world, closures=closures, trips=trips)
    found = wa.find_alternatives(world, origin, destination, closures=closures, count=3)
    assert least <= len(found) <= 4
    fastest = impact.journeys[0].after
    assert found["links"].iloc[0] == fastest.links.tolist()
    assert (found["km"].iloc[0], found["h"].iloc[0]) == (impact.pairs["after_km"][0], impact.pairs["after_h"][0])
    assert found["crossings"].iloc[0] == list(impact.journeys[0].crossings_after)
    shut = {link for report in impact.closures for link in report.matched.links.tolist()}
    ends = [
        (int(trips.snapped.link[row[0]]), float(trips.snapped.position[row[0]]))
        for row in (trips.origin, trips.destination)
    ]
    keys: set[tuple[int, bool]] = set()
    for number, way in enumerate(found.itertuples()):
        # The way is driven link by link, and its line leads over their nodes.
        links, forward = np.array(way.links), np.array(way.forward)
        stops = np.where(forward, world.link_head[links], world.link_tail[links])
        starts = np.where(forward, world.link_tail[links], world.link_head[links])
        assert (stops[:-1] == starts[1:]).all()
        assert not shut & set(way.links)
        nodes = np.column_stack([world.node_lon[stops[:-1]], world.node_lat[stops[:-1]]])
        assert np.array_equal(np.array(way.geometry.coords)[1:-1], nodes)
        step_ds = drive(world, way, ends, link_ds)
        assert drive(world, way, ends, np.asarray(world.link_length_m)).sum() == round(way.km * 1000)
        assert step_ds.sum() == round(way.h * 36_000)
        # It shares little with the fastest, and with all before it together.
        steps = list(zip(way.links, way.forward, strict=True))
        first = set(zip(found["links"].iloc[0], found["forward"].iloc[0], strict=True))
        total_ds = round(found["h"].iloc[0] * 36_000)
        shared = sum(ds for ds, step in zip(step_ds, steps, strict=True) if step in first) / total_ds
        assert way.shared_with_fastest == pytest.approx(shared, abs=1e-12)
        if number:
            assert sum(ds for ds, step in zip(step_ds, steps, strict=True) if step in keys) <= SHARING * total_ds
            assert total_ds <= step_ds.sum() <= STRETCH * total_ds
        keys |= set(steps)
        # Between no two of its nodes is it much slower than need be; without closures SciPy's ways bound it.
        if number and not closures:
            inner = np.cumsum(step_ds)[:-1]
            some = np.linspace(0, len(inner) - 1, 5).astype(int)
            need = dijkstra(roads, indices=stops[some], limit=float(step_ds.sum()))[:, stops[:-1]]
            assert (np.abs(inner - inner[some][:, None]) <= STRETCH * need + 1e-6).all()


def test_no_way_gives_no_alternatives(world: wa.RoadNetwork) -> None:
    at_home = wa.Closure(wa.Zone.circle(lat=33.513, lon=36.292, radius_km=5), id="home")
    found = wa.find_alternatives(world, DAMASCUS, BAGHDAD, closures=[at_home])
    assert len(found) == 0
    assert "Places in what is shut, from and to which no way is counted: 1." in found.attrs["assumptions"]
    assert len(wa.find_alternatives(world, DAMASCUS, "-33.87,151.21")) == 0


def test_countries_come_in_driving_order(world: wa.RoadNetwork) -> None:
    found = wa.find_alternatives(world, DAMASCUS, BAGHDAD, closures=[ZONE], count=1)
    assert found["countries"].tolist() == [["SY", "JO", "IQ"], ["SY", "IQ"]]
    assert found["crossings"].tolist() == [["Nasib-Jaber", "Karameh-Trebil"], ["al-Bukamal-al-Qaim"]]
    back = wa.find_alternatives(world, BAGHDAD, DAMASCUS, closures=[ZONE], count=1)
    assert back["countries"].iloc[0] == ["IQ", "JO", "SY"]
    with pytest.raises(ScenarioError, match="1 or more"):
        wa.find_alternatives(world, DAMASCUS, BAGHDAD, count=0)


def test_a_matrix_is_what_its_pairs_are(world: wa.RoadNetwork) -> None:
    names = ["Aleppo, SY", "Amman, JO", DAMASCUS, BAGHDAD, "-33.87,151.21", "33.55,38.7"]
    closures = [ZONE, wa.Closure(wa.CrossingName("Ramtha"), id="queue", wait_h=3)]
    pairs = [[one, other] for one in names for other in names if one != other]
    table = wa.assess(world, closures=closures, trips=wa.named_trips(world, pairs)).pairs
    matrix = wa.travel_matrix(world, names, closures=closures)
    assert matrix.h.index.tolist() == matrix.km.columns.tolist() == names
    for row in table.itertuples():
        for frame, value in ((matrix.h, row.after_h), (matrix.km, row.after_km)):
            assert frame.loc[row.origin, row.destination] == value or np.isnan(value)
            assert np.isnan(frame.loc[row.origin, row.destination]) == np.isnan(value)
    assert matrix.h.isna().sum().sum() == 2 * (len(names) - 1) + 1 + 2 * (len(names) - 2)
    assert (np.diag(matrix.km)[:5] == 0).all()
    assert "Places in what is shut, from and to which no way is counted: 1." in matrix.assumptions
    assert any(said.startswith("Closure queue: 1 links") for said in matrix.assumptions)
    # One to many, a rectangle, and a place twice.
    row = wa.travel_matrix(world, [names[0]], names[1:4], closures=closures)
    assert row.h.equals(matrix.h.loc[[names[0]], names[1:4]])
    tall = wa.travel_matrix(world, [names[2], names[0], names[2]], [names[3]], closures=closures)
    assert tall.km.equals(matrix.km.loc[[names[2], names[0], names[2]], [names[3]]])


def test_a_matrix_equals_scipy(world: wa.RoadNetwork, roads: sp.csr_array, link_ds: np.ndarray) -> None:
    places = [wa.find_place(name) for name in ("Aleppo, SY", "Amman, JO", "Baghdad, IQ", "Ankara, TR")]
    snapped, _, _ = snap_places(world, places)
    link, position = snapped.link, snapped.position
    ends = np.stack([world.link_tail[link], world.link_head[link]])
    part = np.rint(link_ds[link] * position)
    leg = np.stack([part, link_ds[link] - part])
    between = dijkstra(roads, indices=ends.ravel())[:, ends.ravel()]
    # By either end of both links.
    ways = leg.ravel()[:, None] + between + leg.ravel()
    fastest = ways.reshape(2, 4, 2, 4).min(axis=(0, 2))
    np.fill_diagonal(fastest, 0)
    assert np.array_equal(np.rint(wa.travel_matrix(world, places).h.to_numpy() * 36_000), fastest)


def test_a_place_off_the_roads_is_named(world: wa.RoadNetwork) -> None:
    with pytest.raises(PlaceOffNetwork, match="0,-30"):
        wa.travel_matrix(world, [DAMASCUS], ["0,-30"])
