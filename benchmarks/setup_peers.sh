#!/bin/sh
# The peers' own environment in build/bench-env, from PyPI. OSRM's bindings want Python 3.12.
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
$env/bin/python -m pip install --quiet --disable-pip-version-check \
    osrm-bindings==26.10.* osmium==4.* gravel-fragility==3.1.*
