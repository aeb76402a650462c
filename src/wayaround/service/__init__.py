"""The service: OSRM's HTTP API and wayaround's own, over one open network."""
