"""What the map says of each link besides its length: class, surface, limits, access. Frozen columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntFlag

import numpy as np
import numpy.typing as npt

from wayaround.units import BoolArray, Int32Array, Int64Array, UInt8Array

Int8Array = npt.NDArray[np.int8]
UInt32Array = npt.NDArray[np.uint32]
Float32Array = npt.NDArray[np.float32]

ROAD_CLASSES = (
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "track",
    "road",
    "ferry",
    "barrier",
)
"""Values of `road_class`: OpenStreetMap's `highway`, then ferries (and trains that carry vehicles), then barriers."""

SURFACES = (
    "",
    "paved",
    "asphalt",
    "chipseal",
    "concrete",
    "concrete_plates",
    "concrete_lanes",
    "paving_stones",
    "bricks",
    "sett",
    "cobblestone",
    "metal",
    "wood",
    "grass_paver",
    "unpaved",
    "compacted",
    "fine_gravel",
    "gravel",
    "pebblestone",
    "rock",
    "ground",
    "grass",
    "clay",
    "sand",
    "mud",
    "salt",
    "snow",
    "ice",
)
"""Values of `surface`; the first means that the map does not say."""


class Mode(IntFlag):
    """Vehicles that access is known for, as bits. Bit 2 is kept for buses and emergency vehicles."""

    CAR = 1
    HGV = 2


class LinkFlag(IntFlag):
    """What else is known of a link, as bits."""

    TOLL = 1 << 0
    """A car pays."""
    TOLL_HGV = 1 << 1
    """A lorry pays."""
    BRIDGE = 1 << 2
    TUNNEL = 1 << 3
    FERRY = 1 << 4
    """A ferry or a train carries the vehicle."""
    ROUNDABOUT = 1 << 5
    DESTINATION_ONLY = 1 << 6
    """A car may begin or end here, not pass through."""
    DESTINATION_ONLY_HGV = 1 << 7
    """The same for a lorry."""
    PRIVATE = 1 << 8
    """A car needs the owner's leave."""
    PRIVATE_HGV = 1 << 9
    """The same for a lorry."""
    CONDITIONAL = 1 << 10
    """Something here depends on the time or the vehicle; `conditional` says what."""
    REVERSIBLE = 1 << 11
    """One direction at a time, which one depends on the hour or a signal."""
    HAZMAT_NO = 1 << 12
    """Dangerous goods may not pass."""
    BORDER_CONTROL = 1 << 13
    TOLL_BOOTH = 1 << 14
    GATE = 1 << 15
    """A barrier that somebody opens: gate, lift gate, swing gate."""


@dataclass(frozen=True, slots=True)
class LinkAttributes:
    """What the map says of each link, one row per link; arrays may be memory-mapped.

    Forward is from a link's tail to its head.

    Parameters
    ----------
    osm_way : (links,) ndarray of int64
        Id of the OpenStreetMap way; 0 where the link is not from one.
    road_class : (links,) ndarray of int8
        Row in `ROAD_CLASSES`. A barrier is a link of length zero.
    surface : (links,) ndarray of int8
        Row in `SURFACES`; 0 = not said.
    lanes : (links,) ndarray of int8
        Lanes of both directions together; 0 = not said.
    maxspeed_forward_kmh, maxspeed_backward_kmh : (links,) ndarray of float32
        Posted or implied limit in km/h; NaN = not said, infinity = no limit.
    access_forward, access_backward : (links,) ndarray of uint8
        Bits of `Mode`: who may drive in that direction. On a one-way link one of the two is 0.
    flags : (links,) ndarray of uint32
        Bits of `LinkFlag`.
    duration_s : (links,) ndarray of float32
        Time of a passage in seconds, of ferries; NaN = not said.
    maxweight_t, maxheight_m : (links,) ndarray of float32
        Limits in tonnes and metres; NaN = no limit known.
    name, ref, conditional : (links,) ndarray of int32
        Rows in the table of strings; 0 = nothing. `conditional` holds the tags that depend on time or vehicle.
    string_utf8 : (bytes,) ndarray of uint8
        The table of strings, one after the other.
    string_first : (strings + 1,) ndarray of int64
        Where each string begins in `string_utf8`.
    """

    osm_way: Int64Array
    road_class: Int8Array
    surface: Int8Array
    lanes: Int8Array
    maxspeed_forward_kmh: Float32Array
    maxspeed_backward_kmh: Float32Array
    access_forward: UInt8Array
    access_backward: UInt8Array
    flags: UInt32Array
    duration_s: Float32Array
    maxweight_t: Float32Array
    maxheight_m: Float32Array
    name: Int32Array
    ref: Int32Array
    conditional: Int32Array
    string_utf8: UInt8Array
    string_first: Int64Array

    def has(self, flag: LinkFlag) -> BoolArray:
        """Links with any of these flags, as a mask."""
        found: BoolArray = (self.flags & np.uint32(flag)) != 0
        return found

    @property
    def lacks_limit(self) -> BoolArray:
        """Links without a speed limit in either direction, as a mask."""
        lacks: BoolArray = np.isnan(self.maxspeed_forward_kmh) & np.isnan(self.maxspeed_backward_kmh)
        return lacks

    def text(self, row: int) -> str:
        """The string at a row of the table."""
        first, end = self.string_first[row : row + 2].tolist()
        return self.string_utf8[first:end].tobytes().decode("utf-8")


def pack_strings(strings: Sequence[str]) -> tuple[UInt8Array, Int64Array]:
    """Strings as the two columns of a table, `string_utf8` and `string_first`.

    Parameters
    ----------
    strings : sequence of str
        The strings; the first has to be empty, as row 0 means that there is none.

    Returns
    -------
    utf8 : (bytes,) ndarray of uint8
    first : (strings + 1,) ndarray of int64

    Examples
    --------
    >>> utf8, first = pack_strings(["", "M40", "شارع"])
    >>> first
    array([ 0,  0,  3, 11])
    >>> utf8[:3].tobytes()
    b'M40'
    """
    encoded = [string.encode("utf-8", "replace") for string in strings]
    first = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(each) for each in encoded], out=first[1:])
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), first
