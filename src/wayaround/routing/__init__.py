"""The engine: arrays in, arrays out. It knows no files, no dates and no countries."""
