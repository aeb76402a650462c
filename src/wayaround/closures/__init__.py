"""What shuts, slows or delays, and which links that means."""
