"""How many items make a block, from what items have cost so far."""

from collections import deque

RECENT = 16
FASTEST_GROWTH = 8
BLOCKS_LEFT = 4
"""Each worker shall still have so many blocks before it, so that all end at about the same time."""


class Sizer:
    """Sizes blocks: the first has one item, the next are larger as long as they are quick.

    Examples
    --------
    >>> sizer = Sizer(least_s=1.0, most_s=60.0)
    >>> sizer.size(left=1000, workers=2)
    1
    >>> sizer.learn(items=1, wall_s=0.01)
    >>> sizer.size(left=999, workers=2)
    8
    >>> sizer.learn(items=100, wall_s=1.0)
    >>> sizer.size(left=899, workers=2)
    112
    """

    def __init__(self, *, least_s: float, most_s: float) -> None:
        self._least_s, self._most_s = least_s, most_s
        self._recent: deque[tuple[int, float]] = deque(maxlen=RECENT)
        self._largest = 0

    def learn(self, *, items: int, wall_s: float) -> None:
        """Take down what a block cost."""
        self._recent.append((items, wall_s))
        self._largest = max(self._largest, items)

    def shorten(self) -> None:
        """Make blocks half as long at the most: machines are lost."""
        self._most_s = max(self._least_s, self._most_s / 2)

    def size(self, *, left: int, workers: int) -> int:
        """Items of the next block, of those left."""
        if not self._recent:
            return 1
        cost_s = sum(wall_s for _, wall_s in self._recent) / sum(items for items, _ in self._recent)
        fair_s = left * cost_s / (BLOCKS_LEFT * max(1, workers))
        wanted = int(min(max(fair_s, self._least_s), self._most_s) / max(cost_s, 1e-9))
        return max(1, min(wanted, FASTEST_GROWTH * self._largest, left))
