"""What changes, and for whom."""
