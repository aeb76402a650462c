"""How fast answers come while a zone is dragged: ``python benchmarks/live.py [PORT]``, `wayaround serve` running."""

import http.client
import json
import statistics
import sys
import time

COUNTRIES = ["SY", "IQ", "JO", "LB", "TR", "SA", "IR", "KW"]
STEPS = 100


def drag(connection: http.client.HTTPConnection, countries: list[str], radius_km: float) -> list[float]:
    """Milliseconds of each answer over a kept connection, the first two left out: they prepare the cities."""
    taken = []
    for step in range(STEPS + 2):
        circle = {"lat": 33.5085 + step * 0.003, "lon": 38.62 + step * 0.004, "radius_km": radius_km}
        asked = {
            "closures": [{"id": "zone", "circle": circle, "allow_empty": True}],
            "countries": countries,
            "most": 2000,
            "pair": ["33.513,36.292", "33.315,44.366"],
        }
        begun = time.perf_counter()
        connection.request("POST", "/api/v1/live", json.dumps(asked), {"content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        taken.append((time.perf_counter() - begun) * 1000)
        if answer.status != 200:
            raise SystemExit(f"the service answered {answer.status}: {text[:300]!r}")
    return taken[2:]


def main() -> None:
    """Print the median and the slowest twentieth for two sets of 2,000 cities."""
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8080)
    for name, countries in (("the world's largest", []), ("the region's", COUNTRIES)):
        for radius_km in (55, 150, 400):
            taken = sorted(drag(connection, countries, radius_km))
            middle, late = statistics.median(taken), taken[int(0.95 * len(taken))]
            print(f"{name} 2,000 cities, {radius_km} km: median {middle:.0f} ms, 95th percentile {late:.0f} ms")


if __name__ == "__main__":
    main()
