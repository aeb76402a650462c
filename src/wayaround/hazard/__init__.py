"""What closures drawn by chance cost: roads that fail by themselves, so many at a time, or together in a hazard."""
