"""Many changes of one metric, one at a time in each thread, without a copy for each.

A change touches a few arcs of millions. Each thread borrows a copy of the metric, writes the change into it, asks, and
puts everything back; the copies are kept for whoever comes next. So a change costs what it touches, and memory grows
with the threads and not with the changes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy.typing as npt

from wayaround.routing.metric import HierarchyMetric, change_links, undo_change

__all__ = ["Overlays"]


class Overlays:
    """Changed metrics on loan; safe from several threads.

    Parameters
    ----------
    metric : HierarchyMetric
        What is changed; it stays as it is.

    Examples
    --------
    >>> import numpy as np
    >>> from wayaround.routing.metric import HierarchyEngine
    >>> from wayaround.routing.terminals import LinkWeights
    >>> engine = HierarchyEngine.from_network(3, np.arange(2), np.arange(1, 3), lon=np.arange(3.0), lat=np.zeros(3))
    >>> ds = np.full(2, 100)
    >>> overlays = Overlays(engine.customise(LinkWeights(ds, ds, ds)))
    >>> with overlays.changed([0], forward_ds=150, backward_ds=100) as metric:
    ...     (metric.forward >> 32).tolist()
    [150, 100]
    """

    def __init__(self, metric: HierarchyMetric) -> None:
        self.metric = metric
        self._spare: list[HierarchyMetric] = []

    @contextmanager
    def changed(
        self, links: npt.ArrayLike, *, forward_ds: npt.ArrayLike, backward_ds: npt.ArrayLike
    ) -> Iterator[HierarchyMetric]:
        """Borrow a metric with other times on some links; its arrays are another's once the block is left.

        Parameters and errors are those of `change_links`.
        """
        try:
            own = self._spare.pop()
        except IndexError:
            up = self.metric.up.copy()
            own = replace(
                self.metric,
                forward=self.metric.forward.copy(),
                backward=self.metric.backward.copy(),
                up=up,
                down=up if self.metric.symmetric else self.metric.down.copy(),
            )
        undo = None
        try:
            metric, undo = change_links(own, links, forward_ds=forward_ds, backward_ds=backward_ds)
            yield metric
        finally:
            self._spare.append(own if undo is None else undo_change(undo))
