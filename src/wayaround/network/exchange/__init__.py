"""Networks in the formats of others, out and in: tables with geometry, GMNS, graphs of NetworkX, igraph and OSMnx."""
