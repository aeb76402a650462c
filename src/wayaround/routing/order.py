"""The order in which nodes are contracted: nested dissection, once for each topology.

The order decides how deep the elimination tree is and how many arcs the hierarchy has; it never changes an
answer. Separators come from inertial flow as RoutingKit computes it (Schild and Sommer, "On Balanced Separators
in Road Networks", 2015), through `routingkit-cch`.
"""

import numpy as np

from wayaround.units import FloatArray, Int32Array, Int64Array

__all__ = ["compute_order"]


def compute_order(
    nodes: int, tail: Int32Array | Int64Array, head: Int32Array | Int64Array, lon: FloatArray, lat: FloatArray
) -> Int32Array:
    """Order nodes by nested dissection, least important first.

    Takes seconds for a continent: store the result with the network.

    Parameters
    ----------
    nodes : int
        Number of nodes.
    tail, head : (links,) ndarray of int
        Ends of the links; direction, parallel links and self-loops do not matter.
    lon, lat : (nodes,) ndarray of float64
        Degrees.

    Returns
    -------
    (nodes,) ndarray of int32
        Node ids in the order of contraction; the last is the root of the elimination tree.

    Examples
    --------
    A chain of five: the middle separates the halves, so it comes last.

    >>> tail, head = np.arange(4), np.arange(1, 5)
    >>> int(compute_order(5, tail, head, lon=np.arange(5.0), lat=np.zeros(5))[-1])
    2
    """
    from routingkit_cch import compute_order_inertial  # of no use to those who open a stored order

    if nodes == 0:
        return np.zeros(0, dtype=np.int32)
    proper = np.asarray(tail) != np.asarray(head)
    order = compute_order_inertial(
        nodes,
        np.asarray(tail)[proper].tolist(),
        np.asarray(head)[proper].tolist(),
        np.asarray(lat, dtype=np.float64).tolist(),
        np.asarray(lon, dtype=np.float64).tolist(),
    )
    return np.asarray(order, dtype=np.int32)
