"""One scenario at many values: radii, dates, waits, vehicles, sets of closures, and where the answer flips."""
