#!/bin/sh
# The peers' own environment in build/bench-env, from PyPI, on Python 3.12, which OSRM's and Valhalla's bindings want.
# Each is installed for itself: one that cannot be had leaves the others. pandana is under the AGPL: it is run, as a
# process of its own, and part of nothing here.
set -eu
cd "$(dirname "$0")/.."
env=build/bench-env
python=""
for one in python3.12 "$(command -v pyenv >/dev/null 2>&1 && pyenv prefix 3.12 2>/dev/null)/bin/python3.12"; do
    if "$one" -c 'import sys, venv; sys.exit(sys.version_info[:2] != (3, 12))' >/dev/null 2>&1; then
        python=$one
        break
    fi
done
if [ -z "$python" ]; then
    echo "no python3.12 is on the path or in pyenv; the peers that need it are left out" >&2
    exit 3
fi
[ -x $env/bin/python ] || "$python" -m venv $env
missing=0
for packages in \
    "osmium==4.*" "osrm-bindings==26.10.*" "gravel-fragility==3.1.*" "networkit==11.2.*" "pandana==0.8.*" \
    "scgraph==3.6.* scipy" "pyvalhalla==3.9.*"; do
    # shellcheck disable=SC2086
    $env/bin/python -m pip install --quiet --disable-pip-version-check $packages || {
        echo "not installed: $packages" >&2
        missing=1
    }
done
exit $missing
