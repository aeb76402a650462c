"""Names, things and cue words: the grammar under `mentions.py` and `relations.py`."""
