"""A grid over the pieces of all roads, mapped with the network: what lies near a point, without looking at the rest.

The grid lists for each cell the segments that may pass through it (a few list one cell too many, none is missing).
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from wayaround.units import FloatArray, Int32Array, Int64Array

LARGEST_CELL_DEG, SMALLEST_CELL_DEG = 0.25, 0.002
SEGMENTS_A_CELL = 4
"""What a cell would hold on average if all of the network's box were built over."""

_AT_ONCE = 1_000_000  # segments that are laid out at a time, so that memory stays small


@dataclass(frozen=True, slots=True, eq=False)
class SegmentGrid:
    """Segments by cell, in compressed rows; cells are numbered row by row from the south-west.

    Parameters
    ----------
    west, south, cell_deg : float
        Corner and side of the cells in degrees.
    columns, rows : int
        Size of the grid.
    first : (columns * rows + 1,) ndarray of int32
    segment : (entries,) ndarray of int32
        Segments of cell c are ``segment[first[c]:first[c + 1]]``, sorted.
    """

    west: float
    south: float
    cell_deg: float
    columns: int
    rows: int
    first: Int32Array
    segment: Int32Array

    def segments_in_box(self, west: float, south: float, east: float, north: float) -> Int64Array:
        """Segments that may meet a box in degrees, sorted; the box may lie across the antimeridian."""
        return np.unique(self.list_in_box(west, south, east, north))

    def list_in_box(self, west: float, south: float, east: float, north: float) -> Int64Array:
        """The same unsorted, a segment that lies in several cells as often: faster for one look."""
        low = max(math.floor((south - self.south) / self.cell_deg), 0)
        high = min(math.floor((north - self.south) / self.cell_deg), self.rows - 1)
        pieces = []
        for turn in (-360.0, 0.0, 360.0):
            left = max(math.floor((west + turn - self.west) / self.cell_deg), 0)
            right = min(math.floor((east + turn - self.west) / self.cell_deg), self.columns - 1)
            if left <= right:
                for start in range(low * self.columns, (high + 1) * self.columns, self.columns):
                    begin, end = self.first[start + left], self.first[start + right + 1]
                    if end > begin:
                        pieces.append(self.segment[begin:end])
        return np.concatenate(pieces).astype(np.int64) if pieces else np.zeros(0, dtype=np.int64)

    def segments_in_boxes(
        self, west: FloatArray, south: FloatArray, east: FloatArray, north: FloatArray
    ) -> tuple[Int64Array, Int64Array]:
        """What `segments_in_box` finds for many boxes: the row of each one's box, rising, and the segment.

        A segment that lies in several cells of a box is listed as often.
        """
        low = np.maximum(self._cells(south - self.south), 0)
        high = np.minimum(self._cells(north - self.south), self.rows - 1)
        boxes, segments = [], []
        for turn in (-360.0, 0.0, 360.0):
            left = np.maximum(self._cells(west + turn - self.west), 0)
            right = np.minimum(self._cells(east + turn - self.west), self.columns - 1)
            height = np.where((left <= right) & (low <= high), high - low + 1, 0)
            box, step = _count_up(height)
            start = (low[box] + step) * self.columns
            begin = self.first[start + left[box]].astype(np.int64)
            cell, step = _count_up(self.first[start + right[box] + 1] - begin)
            boxes.append(box[cell])
            segments.append(self.segment[begin[cell] + step].astype(np.int64))
        box, segment = np.concatenate(boxes), np.concatenate(segments)
        if len(box) > max(map(len, boxes)):  # more than one turn has some
            order = np.argsort(box, kind="stable")
            box, segment = box[order], segment[order]
        return box, segment

    def _cells(self, degrees: FloatArray) -> Int64Array:
        return np.floor(degrees / self.cell_deg).astype(np.int64)


def _count_up(count: npt.NDArray[np.integer]) -> tuple[Int64Array, Int64Array]:
    """Each row as often as it counts, and beside it 0, 1, 2, ..."""
    row = np.repeat(np.arange(len(count)), count)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)


def build_grid(
    tail_lon: FloatArray,
    tail_lat: FloatArray,
    head_lon: FloatArray,
    head_lat: FloatArray,
    *,
    cell_deg: float | None = None,
) -> SegmentGrid:
    """Lay a grid over straight segments.

    Parameters
    ----------
    tail_lon, tail_lat, head_lon, head_lat : (segments,) ndarray of float64
        Ends of the segments in degrees.
    cell_deg : float, optional
        Side of the cells; if left out, one that suits how dense the segments lie.

    Returns
    -------
    SegmentGrid

    Examples
    --------
    >>> grid = build_grid(np.array([7.40]), np.array([43.72]), np.array([7.42]), np.array([43.75]))
    >>> grid.segments_in_box(7.41, 43.73, 7.42, 43.74)
    array([0])
    """
    if len(tail_lon) == 0:
        return SegmentGrid(0.0, 0.0, LARGEST_CELL_DEG, 1, 1, np.zeros(2, dtype=np.int32), np.zeros(0, dtype=np.int32))
    box = [float(edge(each)) for edge in (np.min, np.max) for each in (tail_lon, head_lon, tail_lat, head_lat)]
    west, south, east, north = min(box[:2]), min(box[2:4]), max(box[4:6]), max(box[6:])
    if cell_deg is None:
        even = np.sqrt(max(east - west, 1e-6) * max(north - south, 1e-6) * SEGMENTS_A_CELL / len(tail_lon))
        cell_deg = float(np.clip(even, SMALLEST_CELL_DEG, LARGEST_CELL_DEG))
    west, south = np.floor(west / cell_deg) * cell_deg, np.floor(south / cell_deg) * cell_deg
    columns = int((east - west) / cell_deg) + 1
    rows = int((north - south) / cell_deg) + 1

    def cell_of(lon: FloatArray, lat: FloatArray) -> tuple[Int64Array, Int64Array]:
        column = np.floor((lon - west) / cell_deg).astype(np.int64)
        row = np.floor((lat - south) / cell_deg).astype(np.int64)
        return np.clip(column, 0, columns - 1), np.clip(row, 0, rows - 1)

    cells, segments = [], []
    for begin in range(0, len(tail_lon), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        lon, lat = tail_lon[part], tail_lat[part]
        east_deg, north_deg = head_lon[part] - lon, head_lat[part] - lat
        reach = np.maximum(np.abs(east_deg), np.abs(north_deg))
        pieces = 1 + np.ceil(reach / cell_deg).astype(np.int64) * (reach > 0)
        segment = np.repeat(np.arange(len(lon)), pieces)
        step = np.arange(len(segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        ends = []
        for fraction in (step / pieces[segment], (step + 1) / pieces[segment]):
            ends.append(
                cell_of(lon[segment] + fraction * east_deg[segment], lat[segment] + fraction * north_deg[segment])
            )
        # A piece is no longer than a cell, so the cells of its two ends span the at most four that it meets.
        (column, row), (other_column, other_row) = ends
        cells.append((row * columns + column).astype(np.int32))
        segments.append((segment + begin).astype(np.int32))
        for near_row, near_column in ((row, other_column), (other_row, column), (other_row, other_column)):
            new = np.flatnonzero((near_row != row) | (near_column != column))
            cells.append((near_row[new] * columns + near_column[new]).astype(np.int32))
            segments.append((segment[new] + begin).astype(np.int32))
    cell, segment = np.concatenate(cells), np.concatenate(segments)
    listed = coo_array((np.ones(len(cell), dtype=np.int8), (cell, segment)), shape=(columns * rows, len(tail_lon)))
    by_cell = listed.tocsr()  # which lists a segment once in a cell, and sorts
    by_cell.sort_indices()
    return SegmentGrid(
        float(west),
        float(south),
        cell_deg,
        columns,
        rows,
        by_cell.indptr.astype(np.int32),
        by_cell.indices.astype(np.int32),
    )
