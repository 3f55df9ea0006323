# The promises of CONTRIBUTING.md. Needs make, and Python 3.11, 3.12 or 3.13 with its venv module. Only a missing package
# of DEBIAN_PACKAGES needs root.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

HOST ?= 127.0.0.1
PORT ?= 8080
WORKERS ?= 4
VENV ?= .venv
# The peers that `make bench` holds coprra against, whose libraries have no place beside its own.
PEERS ?= .venv-peers
# The server that tests of MariaDB start for themselves: its programs alone, no service. What opens a backup without
# coprra.
BACKUP_PACKAGES ?= mariadb-server-core mariadb-client-core mariadb-backup age zstd openssl
# The browser in which pages are tested, and a reader of the pictures that they show.
DEBIAN_PACKAGES ?= $(BACKUP_PACKAGES) wrk chromium chromium-driver zbar-tools
# Debian 12 has 3.11.2; packages ask for later patch releases, and pip-compile sees only the one it runs on.
OLDEST_PYTHONS := 3.11.2 3.12.0 3.13.0

BIN := $(VENV)/bin
# Hashed wheels only: a source archive would fetch its build tools unchecked.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes
INSTALL_COPRRA := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	--editable .
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

$(BIN)/python:
	@tools/make_venv $(VENV)

# The stamps make the second `make dev` fast: pip runs only when what it would install has changed.
$(VENV)/.run: requirements/run.txt setup.cfg pyproject.toml | $(BIN)/python
	$(INSTALL) -r requirements/run.txt
	$(INSTALL_COPRRA)
	@touch $@

$(VENV)/.dev: requirements/dev.txt setup.cfg pyproject.toml | $(BIN)/python
	$(INSTALL) -r requirements/dev.txt
	$(INSTALL_COPRRA)
	@touch $@ $(VENV)/.run

.PHONY: setup
setup: $(VENV)/.dev ## install coprra and all its tools into .venv

$(PEERS)/.bench: requirements/bench.txt
	@tools/make_venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
		-r requirements/bench.txt
	@touch $@

.PHONY: dev
dev: $(VENV)/.run ## serve the sample prices on http://127.0.0.1:8080 (HOST=, PORT=)
	@PATH="$(abspath $(BIN)):$$PATH" HOST=$(HOST) PORT=$(PORT) tools/dev.sh

.PHONY: try-backups
try-backups: $(VENV)/.dev ## open a shell to try backups in, beside a MariaDB with the sample prices and an S3 store
	@tools/install_debian_packages $(BACKUP_PACKAGES)
	@$(BIN)/python tools/try_backups.py sample/hr_pricelists/*_20*

.PHONY: test
test: $(VENV)/.dev ## run all tests (ARGS= for pytest, WORKERS= for how many processes at most)
	@tools/install_debian_packages $(DEBIAN_PACKAGES)
	$(BIN)/python -m pytest -n auto --maxprocesses $(WORKERS) $(ARGS)

.PHONY: lint
lint: $(VENV)/.dev ## check rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: types
types: $(VENV)/.dev ## check types
	$(BIN)/mypy

.PHONY: imports
imports: $(VENV)/.dev ## check who may import whom
	$(BIN)/lint-imports

.PHONY: secrets
secrets: $(VENV)/.dev ## look for secrets in tracked files
	@PATH="$(abspath $(BIN)):$$PATH" tools/check_secrets

.PHONY: pr-ready
pr-ready: lint types imports secrets test ## everything a pull request must pass

.PHONY: bench
bench: $(VENV)/.dev $(PEERS)/.bench ## run the benchmarks (ARGS= for python -m benchmarks)
	@tools/install_debian_packages $(DEBIAN_PACKAGES)
	BENCH_PEERS=$(PEERS) $(BIN)/python -m benchmarks $(ARGS)

.PHONY: tox
tox: $(VENV)/.dev ## run the whole matrix, on every Python found (ARGS= for tox)
	@tools/install_debian_packages $(DEBIAN_PACKAGES)
	@tools/with_interpreters $(abspath $(BIN))/tox $(ARGS)

.PHONY: lock
lock: $(VENV)/.dev ## write requirements/*.txt anew, and check them for every Python (ARGS=--upgrade)
	$(COMPILE) $(ARGS) --output-file requirements/run.txt setup.cfg requirements/run.in
	$(COMPILE) $(ARGS) --extra test --output-file requirements/dev.txt setup.cfg requirements/run.in requirements/dev.in
	$(COMPILE) $(ARGS) --output-file requirements/bench.txt requirements/bench.in
	@for version in $(OLDEST_PYTHONS); do \
		echo "checking that Python $$version can install them"; \
		$(INSTALL) --dry-run --ignore-installed --python-version $$version -r requirements/dev.txt; \
		$(INSTALL) --dry-run --ignore-installed --python-version $$version -r requirements/bench.txt; \
	done

.PHONY: clean
clean: ## remove what these targets made: environments, caches, the local database
	rm -rf $(VENV) $(PEERS) .tox build dist var src/*.egg-info
	rm -rf .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests tools -name __pycache__ -prune -exec rm -rf {} +
