"""A scenario over time: the days on which closures begin and end, and what each of them changes."""
