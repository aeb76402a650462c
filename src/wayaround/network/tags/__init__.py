"""What OpenStreetMap's tags say of a road, a barrier or a turn: strings in, numbers out.

The rules are those of the OpenStreetMap wiki, page by page named where they are applied. An unknown value never
raises; each function says what it takes instead.
"""

from wayaround.network.tags.access import Access, access_by_mode, barrier_access
from wayaround.network.tags.dimensions import find_max_height_m, find_max_weight_t, parse_height_m, parse_weight_t
from wayaround.network.tags.flags import describe_conditional, read_flags
from wayaround.network.tags.restrictions import TurnRule, parse_restriction
from wayaround.network.tags.roads import classify_road, classify_surface, drive_directions, parse_duration, parse_lanes
from wayaround.network.tags.speeds import load_implicit_speeds, maxspeed_by_direction, parse_maxspeed

__all__ = [
    "Access",
    "TurnRule",
    "access_by_mode",
    "barrier_access",
    "classify_road",
    "classify_surface",
    "describe_conditional",
    "drive_directions",
    "find_max_height_m",
    "find_max_weight_t",
    "load_implicit_speeds",
    "maxspeed_by_direction",
    "parse_duration",
    "parse_height_m",
    "parse_lanes",
    "parse_maxspeed",
    "parse_restriction",
    "parse_weight_t",
    "read_flags",
]
