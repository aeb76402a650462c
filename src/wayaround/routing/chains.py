"""Links in series, of which a journey uses all or none: losing one costs what losing any other of them does."""

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import numpy.typing as npt

from wayaround.routing.kernels import losses as kernels
from wayaround.routing.losses import Losses, LossTables, lose_groups
from wayaround.routing.query import HierarchyQuery
from wayaround.units import UNREACHABLE, Int32Array, Int64Array

__all__ = ["chains_to_close", "find_chains", "lose_each_link"]


def chains_to_close(tables: LossTables, links: npt.ArrayLike | None = None) -> tuple[Int64Array, Int64Array]:
    """What must be closed to know the loss of every link: one link of each chain that a journey uses.

    Parameters
    ----------
    tables : LossTables
        From `prepare_losses`.
    links : (k,) array_like of int, optional
        Only these links; default all.

    Returns
    -------
    representative : (chains,) ndarray of int64
        A link of each chain; neighbours in the hierarchy stand together, since they share what is in the cache.
    row : (k,) ndarray of int64
        Row of `representative` for each link; -1 where no journey uses it, so that nothing is lost.
    """
    query, hierarchy = tables.query, tables.query.metric.hierarchy
    links = np.arange(hierarchy.links) if links is None else np.asarray(links, dtype=np.int64)
    place_of_pair = np.nonzero(tables.trips)
    flows = query.flows(
        query.labels.order[place_of_pair[0]],
        query.labels.order[place_of_pair[1]],
        np.ones(len(place_of_pair[0]), dtype=np.int64),
    )
    used = (flows.forward[links] > 0) | (flows.backward[links] > 0)
    representative, inverse = np.unique(find_chains(query)[links[used]], return_inverse=True)
    order = np.argsort(hierarchy.link_arc[representative], kind="stable")  # primary copies are numbered as the links
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(len(order))
    row = np.full(len(links), -1, dtype=np.int64)
    row[used] = position[inverse]
    return representative[order].astype(np.int64), row


def lose_each_link(
    tables: LossTables, links: npt.ArrayLike | None = None, *, progress: Callable[[int], None] | None = None
) -> Losses:
    """Close every link alone, in both directions.

    Parameters
    ----------
    tables : LossTables
        From `prepare_losses`.
    links : (k,) array_like of int, optional
        Only these links; default all.
    progress : callable, optional
        As for `lose_groups`; a group is a chain.

    Returns
    -------
    Losses
        By link, in the order of `links`.
    """
    representative, row = chains_to_close(tables, links)
    losses = lose_groups(tables, np.arange(len(representative) + 1), representative, progress=progress)
    return Losses(
        *(
            np.where(row >= 0, getattr(losses, entry.name)[row], 0) if len(representative) else np.zeros_like(row)
            for entry in fields(Losses)
        )
    )


def find_chains(query: HierarchyQuery) -> Int32Array:
    """Chain of each link, named by one of its links: links in series, of which a journey uses all or none.

    Returns
    -------
    (links,) ndarray of int32
        Links with a terminal inside are chains of their own.
    """
    metric, hierarchy = query.metric, query.metric.hierarchy
    arc = hierarchy.link_arc
    single = np.zeros(len(arc), dtype=np.bool_)
    single[hierarchy.copies_of(query.terminals.link)[0]] = True
    if hierarchy.has_copies:  # links of several copies are chains of their own
        single |= np.bincount(hierarchy.copy_link)[hierarchy.copy_link] > 1
    low, high = np.full(len(arc), -1, dtype=np.int32), np.full(len(arc), -1, dtype=np.int32)
    part = (arc >= 0) & (np.minimum(metric.forward, metric.backward) < UNREACHABLE)
    low[part], high[part] = hierarchy.tail[arc[part]], hierarchy.head[arc[part]]
    # A closed link or a self-loop matters only where a terminal inside holds on to its ends.
    held = single & (arc >= 0)
    low[held], high[held] = hierarchy.tail[arc[held]], hierarchy.head[arc[held]]
    held = single & (arc < 0)
    low[held] = high[held] = -1 - arc[held]
    chains: Int32Array = kernels.chain_links(low, high, single, hierarchy.nodes)
    return chains[: hierarchy.links]
