"""A port that several processes listen on, each with a socket of its own, so that the system deals connections out.

Of one socket that all accept from, whoever wakes first takes every connection that waits: a client with a few kept
connections is then served by one process alone.
"""

import socket
from typing import Any

__all__ = ["SharedPort"]


class SharedPort(socket.socket):
    """A socket bound to a port; sent to another process it is one more socket, bound to the same port.

    Parameters
    ----------
    family : socket.AddressFamily
        Of the address.
    address : tuple
        What `getsockname` gave.

    Examples
    --------
    >>> import pickle
    >>> with SharedPort(socket.AF_INET, ("127.0.0.1", 0)) as one, pickle.loads(pickle.dumps(one)) as other:
    ...     one.getsockname() == other.getsockname(), one.fileno() == other.fileno()
    (True, False)
    """

    def __init__(self, family: socket.AddressFamily, address: Any) -> None:
        super().__init__(family)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.bind(address)

    def __reduce__(self) -> tuple[Any, ...]:
        return SharedPort, (self.family, self.getsockname())
