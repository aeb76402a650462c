"""Who travels: named places and the trips between them."""
