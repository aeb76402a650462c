"""What a text says about roads: read it, check it against the network, keep it."""
