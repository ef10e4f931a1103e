# `make check` checks the whole library of theorems, `make test` tests the program. Both need only
# Python 3.11 or later with its venv module, and make.

PYTHON ?= $(shell for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$candidate; break; fi; done)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# A file of tests is one worker's, so that what its tests share is made once.
PYTEST_FLAGS ?= -n auto --dist loadfile

JOBS ?= 2

.PHONY: check ledger looseness test slow random-goals mutants mutants-list lint clean

check: $(VENV)/.installed
	$(BIN)/boundkit check theorems/ --jobs $(JOBS)

# What is committed of what the library's theorems are found to be.
ledger: $(VENV)/.installed
	$(BIN)/boundkit ledger theorems --gallery docs/gallery --jobs $(JOBS)

# Which step of each proof of the survey loses most.
looseness: $(VENV)/.installed
	$(BIN)/boundkit looseness theorems/survey --format markdown -o docs/looseness.md --jobs $(JOBS)

test: lint
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

# The tests that take long, and are therefore not part of `make test`.
slow: $(VENV)/.installed-test
	$(BIN)/python -m pytest -m slow $(PYTEST_FLAGS)

# Goals of known truth through the prover of inequalities, from the seed FROM on; about 0.2 s for a false one
# and 0.3 s for a true one.
TRUE ?= 1000
FALSE ?= 1000
FROM ?= 0
random-goals: $(VENV)/.installed-test
	$(BIN)/python -m tests.provers.inequalities.random_runs --true $(TRUE) --false $(FALSE) --from $(FROM)

# Mutants of the library's theorems: EACH of a theorem, of every file or of a share FROM/OF of them. What was
# found is kept in build/mutants.jsonl, so a run that was stopped goes on.
EACH ?= 12
SHARE ?= 0/1
mutants: $(VENV)/.installed
	$(BIN)/python -m benchmarks.mutants run --each $(EACH) --share $(SHARE)

# theorems/MUTANTS, with three mutants of each theorem that has changed since it was written.
mutants-list: $(VENV)/.installed
	$(BIN)/python -m benchmarks.mutants run --changed --each 3
	$(BIN)/python -m benchmarks.mutants list

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "boundkit needs Python 3.11 or later; set PYTHON=/path/to/python" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# An editable install: only a change of pyproject.toml asks for a new one.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --editable '.[test]'
	@touch $(VENV)/.installed $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
