"""Tables, maps, documents and files out of results."""
