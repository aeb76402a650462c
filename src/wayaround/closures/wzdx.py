"""Work Zone Data Exchange feeds: events of version 4, and the flat ones of 2 and 3, as closures.

What an event is taken to do is decided in docs/decisions/0027.
"""

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

from wayaround.closures.closure import Closure, FeedEvent, RoadLine, RoadPoint
from wayaround.closures.geojson import read_json_file
from wayaround.closures.restrictions import read_restrictions
from wayaround.errors import FileUnreadable
from wayaround.network.profiles import Profile
from wayaround.scenario_entries import COMPASS_DEG, MAX_WAIT_H, ClosureEntry, ImpactEntry

MOST_EVENTS, MOST_POINTS, MOST_REMARKS = 20_000, 10_000, 3
SHUTS = "all-lanes-closed"
DOES_NOTHING = ("all-lanes-open", "unknown", "")
ASSUMED = {
    "some-lanes-closed": ImpactEntry(speed_factor=0.7),
    "some-lanes-closed-merge-left": ImpactEntry(speed_factor=0.7),
    "some-lanes-closed-merge-right": ImpactEntry(speed_factor=0.7),
    "some-lanes-closed-split": ImpactEntry(speed_factor=0.7),
    "all-lanes-open-shift-left": ImpactEntry(speed_factor=0.9),
    "all-lanes-open-shift-right": ImpactEntry(speed_factor=0.9),
    "alternating-one-way": ImpactEntry(wait_h=0.05),
    "flagging": ImpactEntry(wait_h=0.05),
    "temporary-traffic-signal": ImpactEntry(wait_h=0.05),
}
"""What an impact is taken to do where the scenario's `impacts` say nothing else: assumptions, not measurements."""

OVER = ("completed", "cancelled")
KMH_PER_MPH = 1.609344
_DAY = datetime.timedelta(days=1)


class _NotUnderstood(ValueError):
    """Why an event does nothing."""


def read_feed(entry: ClosureEntry, path: Path, profile: Profile, *, said_at: str = "") -> tuple[Closure, ...]:
    """The events of a feed, one closure each; those that close nothing are idle and say why.

    Parameters
    ----------
    entry : ClosureEntry
        The entry that names the feed; its days, parties and flags hold for all events.
    path : Path
        The feed.
    profile : Profile
        The vehicle that restrictions are read for.
    said_at : str
        Where the scenario says it.

    Raises
    ------
    FileUnreadable
        No JSON, no feed, no events, or over 20,000 of them.
    """
    content = read_json_file(path)
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise FileUnreadable(f'"{path}" is no feed: it has no list of features.', ids=[str(path)])
    if not features:
        raise FileUnreadable(f'"{path}" has no events.', ids=[str(path)])
    if len(features) > MOST_EVENTS:
        raise FileUnreadable(
            f'"{path}" has {len(features):,} events; at most {MOST_EVENTS:,} are read. Cut it to your area.',
            ids=[str(path)],
        )
    if not any(_is_event(feature) for feature in features):
        raise FileUnreadable(
            f'"{path}" is no Work Zone Data Exchange feed: no feature has an event_type or a vehicle_impact.',
            ids=[str(path)],
        )
    taken: dict[str, int] = {}
    closures = []
    for number, feature in enumerate(features, start=1):
        event_id = _event_id(feature, number)
        taken[event_id] = taken.get(event_id, 0) + 1
        name = event_id if taken[event_id] == 1 else f"{event_id} #{taken[event_id]}"
        closure = _read_event(entry, feature, name, profile)
        closures.append(
            replace(
                closure,
                id=f"{entry.id}/{name}",
                except_for=tuple(entry.except_for),
                only_for=tuple(entry.only_for),
                allow_empty=True,
                baseline=entry.baseline,
                called="event",
                said_at=said_at,
            )
        )
    return tuple(closures)


def _read_event(entry: ClosureEntry, feature: Any, name: str, profile: Profile) -> Closure:
    core = _core(feature)
    event = _describe(core, name)
    nowhere = RoadPoint(lat=0.0, lon=0.0)  # an idle closure is never looked up
    try:
        target = _read_place(feature)
        closure = Closure(target, id=name, event=event, section=entry.section, direction=_direction(target, event))
        closure = _with_effect(closure, entry, core, profile)
        return _with_days(closure, entry, core)
    except (_NotUnderstood, OverflowError) as reason:
        return Closure(nowhere, id=name, event=event, idle=str(reason) or "its numbers are out of range")


def _is_event(feature: Any) -> bool:
    core = _core(feature)
    return any(key in core for key in ("event_type", "vehicle_impact"))


def _core(feature: Any) -> dict[str, Any]:
    """Properties of an event, its core details among them."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return {}
    details = properties.get("core_details")
    return {**properties, **details} if isinstance(details, dict) else properties


def _event_id(feature: Any, number: int) -> str:
    core = _core(feature)
    said = feature.get("id") if isinstance(feature, dict) else None
    for each in (said, core.get("road_event_id"), core.get("id")):
        if isinstance(each, str | int) and not isinstance(each, bool) and (plain := _plain(each)):
            return plain
    return f"event {number}"


def _plain(value: object) -> str:
    """Text on one line, as far as it prints, of up to 100 letters."""
    return "".join(sign for sign in str(value)[:400] if sign.isprintable()).strip()[:100]


def _text(core: Mapping[str, Any], key: str) -> str:
    value = core.get(key)
    return _plain(value) if isinstance(value, str) else ""


def _describe(core: Mapping[str, Any], name: str) -> FeedEvent:
    names = core.get("road_names", core.get("road_name"))
    listed = names if isinstance(names, list) else [names]
    related = core.get("related_road_events")
    return FeedEvent(
        event_id=name,
        kind=_text(core, "event_type"),
        impact=_text(core, "vehicle_impact"),
        roads=tuple(_plain(each) for each in listed[:20] if isinstance(each, str)),
        direction=_text(core, "direction"),
        start=_text(core, "start_date"),
        end=_text(core, "end_date"),
        start_verified=_verified(core, "start"),
        end_verified=_verified(core, "end"),
        related=tuple(
            f"{_plain(each.get('type', ''))} {_plain(each.get('id', ''))}"
            for each in (related[:20] if isinstance(related, list) else [])
            if isinstance(each, dict)
        ),
    )


def _verified(core: Mapping[str, Any], which: str) -> bool | None:
    said = core.get(f"is_{which}_date_verified")
    if isinstance(said, bool):
        return said
    accuracy = core.get(f"{which}_date_accuracy")
    return accuracy == "verified" if accuracy in ("verified", "estimated") else None


def _read_place(feature: Any) -> RoadLine | RoadPoint:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind not in ("LineString", "MultiPoint", "MultiLineString", "Point"):
        raise _NotUnderstood(f"its geometry is {'a ' + _plain(kind) if kind else 'missing'}, no line and no points")
    if kind == "Point":
        coordinates = [coordinates]
    if kind == "MultiLineString":
        parts = coordinates if isinstance(coordinates, list) else []
        if len(parts) != 1:
            raise _NotUnderstood(f"its geometry has {len(parts)} lines; one is read")
        coordinates = parts[0]
    if not isinstance(coordinates, list) or not coordinates:
        raise _NotUnderstood("its geometry has no coordinates")
    if len(coordinates) > MOST_POINTS:
        raise _NotUnderstood(f"its line has over {MOST_POINTS:,} points")
    points = tuple(_position(each) for each in coordinates)
    if len(set(points)) == 1:
        return RoadPoint(lat=points[0][1], lon=points[0][0])
    return RoadLine(points, joined=kind != "MultiPoint")


def _position(said: Any) -> tuple[float, float]:
    if not isinstance(said, list) or len(said) < 2 or not all(_is_number(each) for each in said[:2]):
        raise _NotUnderstood("one of its coordinates is no [longitude, latitude]")
    lon, lat = float(said[0]), float(said[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        swapped = " (latitude and longitude are perhaps swapped)" if -90 <= lon <= 90 and -180 <= lat <= 180 else ""
        raise _NotUnderstood(f"[{lon:g}, {lat:g}] is no [longitude, latitude] in degrees{swapped}")
    return lon, lat


def _is_number(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return isfinite(value)


def _direction(target: RoadLine | RoadPoint, event: FeedEvent) -> str | None:
    """A line says by its order which way it goes; of a point the feed must say that."""
    if isinstance(target, RoadLine):
        return "forward"
    return event.direction if event.direction in COMPASS_DEG else None


def _with_effect(closure: Closure, entry: ClosureEntry, core: Mapping[str, Any], profile: Profile) -> Closure:
    event = closure.event
    assert event is not None
    if event.kind == "detour":
        raise _NotUnderstood("a detour, which closes nothing")
    if event.kind not in ("work-zone", "restriction", "incident", ""):
        raise _NotUnderstood(f'its event_type "{event.kind}" is not read')
    if core.get("event_status") in OVER:
        raise _NotUnderstood(f"its event_status is {core['event_status']}")
    restricted = read_restrictions(core, profile)
    notes = [*_remark_on_direction(closure, event), *_remark_on_recurrence(core), *restricted.notes]
    if event.impact == SHUTS or restricted.shuts:
        return replace(closure, notes=tuple(notes))
    taken = entry.impacts.get(event.impact, ASSUMED.get(event.impact))  # type: ignore[call-overload]
    if taken is None and event.impact not in DOES_NOTHING:
        notes.append(f'its vehicle_impact "{event.impact}" is not known: taken to do nothing')
    if taken is not None:
        does = f"wait_h = {taken.wait_h:g}" if taken.wait_h is not None else f"speed_factor = {taken.speed_factor:g}"
        source = "said by impacts" if event.impact in entry.impacts else "assumed"
        notes.append(f"{event.impact}: {does}, {source}")
    factor = restricted.speed_factor * ((taken and taken.speed_factor) or 1.0)
    max_kmh = _speed_limit(core, notes)
    wait_h = (taken and taken.wait_h) or None
    if factor >= 1 and max_kmh is None and wait_h is None:
        why = [f"vehicle_impact is {event.impact or 'not said'}, and nothing else slows or bars this vehicle", *notes]
        raise _NotUnderstood("; ".join(why))
    return replace(
        closure,
        speed_factor=max(factor, 0.001) if factor < 1 else None,
        max_kmh=max_kmh,
        wait_h=wait_h,
        notes=tuple(notes),
    )


def _remark_on_direction(closure: Closure, event: FeedEvent) -> Iterator[str]:
    if isinstance(closure.target, RoadLine):
        if event.direction not in COMPASS_DEG:
            yield f"direction {event.direction or 'not said'}: the order of its points is taken"
    elif closure.direction is None:
        yield f"a point with direction {event.direction or 'not said'}: both ways are taken"


def _remark_on_recurrence(core: Mapping[str, Any]) -> Iterator[str]:
    """Feeds write each occurrence as an event; a rule of recurrence is no part of the exchange, so it is not obeyed."""
    said = [key for key, value in core.items() if value and re.search("recur|days?_of|schedule", key)]
    for key in said[:MOST_REMARKS]:
        yield f"its {_plain(key)} is not read: it is taken to last from its start to its end"


def _speed_limit(core: Mapping[str, Any], notes: list[str]) -> float | None:
    for key, kmh in (("reduced_speed_limit_kph", 1.0), ("reduced_speed_limit", KMH_PER_MPH)):
        said = core.get(key)
        if said is None:
            continue
        if not _is_number(said) or not 1 <= said * kmh <= 300:
            notes.append(f"its {key} is no speed and is not read")
            continue
        notes.append(f"at most {said * kmh:.0f} km/h")
        return float(said) * kmh
    return None


def _with_days(closure: Closure, entry: ClosureEntry, core: Mapping[str, Any]) -> Closure:
    """Give it its days, by the hour of the sun where the feed writes UTC, and the share of a part of a day."""
    target = closure.target
    lon = target.points[0][0] if isinstance(target, RoadLine) else target.lon  # type: ignore[union-attr]
    start, end = (_local_time(core.get(key), key, lon) for key in ("start_date", "end_date"))
    notes = [*closure.notes]
    for which, said in (("start", start), ("end", end)):
        if said is None:
            notes.append(f"no {which}_date: {'already begun' if which == 'start' else 'no end'}")
    event = closure.event
    assert event is not None
    unsure = [key for key, yes in (("start", event.start_verified), ("end", event.end_verified)) if yes is not True]
    if unsure:
        notes.append(f"{' and '.join(unsure)} not verified")
    if start is not None and end is not None:
        if end <= start:
            raise _NotUnderstood(f"it ends ({event.end}) before it begins ({event.start})")
        if end - start < _DAY:
            closure = _part_of_day(closure, start, end, notes)
            end = min(end, datetime.datetime.combine(start.date(), datetime.time.max))
    first = None if start is None else start.date()
    last = None if end is None else (end - datetime.timedelta(microseconds=1)).date()
    first = max([day for day in (first, entry.from_date) if day is not None], default=None)
    last = min([day for day in (last, entry.until) if day is not None], default=None)
    if first is not None and last is not None and last < first:
        raise _NotUnderstood("its days lie outside from and until of the closure that names the feed")
    return replace(closure, from_date=first, until_date=last, notes=tuple(notes))


def _part_of_day(closure: Closure, start: datetime.datetime, end: datetime.datetime, notes: list[str]) -> Closure:
    """What it does while it lasts, spread over arrivals at any hour of the day on which it begins."""
    hours = (end - start).total_seconds() / 3600
    of = f"{start:%H:%M}-{end:%H:%M}, {hours:.1f} h of the day, counted on the day on which it begins"
    if closure.is_shut:
        begins, ends = (60 * each.hour + each.minute for each in (start, end))
        if begins == ends:
            raise _NotUnderstood(f"it lasts {hours * 60:.1f} minutes")
        notes.append(f"shut {of}: the expected wait of an arrival at any hour")
        return replace(closure, open_hours=((ends, begins if begins > ends else begins + 1440),))
    notes.append(f"{of}: the expected loss of an arrival at any hour")
    wait_h = None if closure.wait_h is None else min(float(closure.wait_h) * hours / 24, MAX_WAIT_H)  # type: ignore[arg-type]
    return replace(closure, day_share=max(hours, 0.001) / 24, wait_h=wait_h)


def _local_time(said: Any, key: str, lon: float) -> datetime.datetime | None:
    if said is None or said == "":
        return None
    try:
        when = datetime.datetime.fromisoformat(said)
        offset = when.utcoffset() or datetime.timedelta(0)
        if not offset:
            offset = datetime.timedelta(hours=round(lon / 15))
        plain = when.replace(tzinfo=None)
        return plain if when.utcoffset() else plain + offset
    except (TypeError, ValueError, OverflowError) as error:
        raise _NotUnderstood(f"its {key} {json.dumps(said, default=str)[:60]} is no time") from error
