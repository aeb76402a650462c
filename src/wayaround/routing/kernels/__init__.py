"""The loops that must be fast: the only Numba code of the house.

NumPy arrays and integers in, integers out; nothing is checked here, the callers do. Every kernel has one explicit
signature that takes read-only arrays where it only reads, so a memory-mapped array and a fresh one run the same
machine code, and a second process finds it in Numba's cache. `nogil` lets two threads run two of them.

Words: a *vertex* is a node by its rank; an *arc* goes up, from a vertex to one of higher rank, and has two weights,
`up` (tail to head) and `down` (head to tail). `CLOSED` is the weight of what cannot be driven: two of them still
add up inside an int64, so sums need no test, and a sum that reaches it is never smaller than it.
"""
