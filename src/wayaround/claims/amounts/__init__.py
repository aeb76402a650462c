"""Numbers, units and hedges: the grammar under `quantities.py`."""
