# triton-lift: `make help` lists the targets. Needs Python 3.11+ and a C++20 compiler; the rest comes from pip.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
EXTRAS ?= cli,report,test
STAMP := $(VENV)/.triton-lift-installed
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
NATIVE := CMakeLists.txt $(wildcard passes/CMakeLists.txt passes/src/* passes/include/*)

# Tests run in parallel processes; PYTEST_ARGS="-n0 -x -k hook" narrows them down.
PYTEST_ARGS ?= -n auto
LIT_ARGS ?= -sv
TRITON_VERSIONS ?= 3.6.0 3.7.1 3.8.0 3.9.0

# Triton 3.9 warns on every compile unless this is set (the default changes in 3.10).
export TRITON_DEFAULT_FP_FUSION ?= 1

.PHONY: help
help:  ## list the targets
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 16

# ------------------------------------------------------------------------------------------- setting up

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "triton-lift needs Python 3.11 or newer; try make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

$(STAMP): $(BIN)/python pyproject.toml python/triton_lift.pth python/triton_lift/util/version.py $(NATIVE)
	$(PIP) install 'scikit-build-core>=0.11' 'nanobind>=2.4' 'cmake>=3.22' 'ninja>=1.11'
	PATH="$(abspath $(BIN)):$$PATH" $(PIP) install --no-build-isolation -C build-dir=build/native -e '.[$(EXTRAS)]'
	@touch $@

.PHONY: setup
setup: $(STAMP)  ## set up .venv with an editable install (again after a change to the native code)

SOURCES := $(shell find python -name '*.py' -o -name '*.pyi' -o -name '*.pth' -o -name '*.typed')
WHEEL_STAMP := build/wheel/.built

$(WHEEL_STAMP): $(STAMP) $(SOURCES)
	rm -rf build/wheel
	PATH="$(abspath $(BIN)):$$PATH" $(PIP) wheel --no-deps --no-build-isolation -C build-dir=build/native --wheel-dir build/wheel .
	@touch $@

.PHONY: wheel
wheel: $(WHEEL_STAMP)  ## build the wheel into build/wheel/

# ------------------------------------------------------------------------------------------------ using

.PHONY: demo
demo: $(STAMP)  ## compile a real kernel with TRITON_LIFT=1: its annotated TTIR and its formula
	@$(BIN)/triton-lift run -- $(BIN)/python examples/demo.py

# ---------------------------------------------------------------------------------------------- testing

.PHONY: test
test: lint types lit pytest  ## everything that needs no more than .venv: ruff, pyright (strict), lit, pytest

.PHONY: check
check: lint types  ## the quick part, under 2 minutes
	@$(BIN)/python -m pytest -q -x $(PYTEST_ARGS) -m 'not extended and not slow'

.PHONY: test-extended
test-extended: test matrix inductor  ## also other Triton versions, torch and the tests marked `extended`
	@$(BIN)/python -m pytest -q $(PYTEST_ARGS) -m extended

.PHONY: lint
lint: $(STAMP)  ## ruff: rules and format of imports
	@$(BIN)/ruff check .

.PHONY: types
types: $(STAMP)  ## pyright, strict
	@$(BIN)/pyright --pythonpath $(BIN)/python

.PHONY: lit
lit: $(STAMP)  ## lit tests, through CMake's target check-lit
	@$(BIN)/cmake -S . -B build/lit -G Ninja -DCMAKE_MAKE_PROGRAM=$(abspath $(BIN))/ninja -DTRITON_LIFT_BUILD_NATIVE=OFF \
	  -DPython_EXECUTABLE=$(abspath $(BIN))/python -DTRITON_LIFT_LIT_ARGS='$(LIT_ARGS)' > build/lit.log || (cat build/lit.log; exit 1)
	@$(BIN)/cmake --build build/lit --target check-lit

.PHONY: pytest
pytest: $(STAMP)  ## pytest without the tests marked `extended`
	@$(BIN)/python -m pytest -q $(PYTEST_ARGS) -m 'not extended'

.PHONY: matrix
matrix: $(foreach v,$(TRITON_VERSIONS),matrix-$(v))  ## the hook's tests, one environment per Triton version in .matrix/

# The wheel is built once and tested as a user installs it, not editable.
.PRECIOUS: .matrix/%/.installed
.matrix/%/.installed: $(WHEEL_STAMP)
	test -x .matrix/$*/bin/python || $(BIN)/python -m venv .matrix/$*
	.matrix/$*/bin/python -m pip --quiet --disable-pip-version-check install 'triton==$*' "$$(ls build/wheel/*.whl)[cli]" pytest pytest-xdist
	.matrix/$*/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --force-reinstall build/wheel/*.whl
	@touch $@

matrix-%: .matrix/%/.installed
	@echo "== Triton $*"
	@.matrix/$*/bin/python -m pytest -q $(PYTEST_ARGS) -m 'not extended' -p no:cacheprovider tests/hook

# pip chooses the Triton that goes with its torch, among those supported here.
.matrix/torch/.installed: $(WHEEL_STAMP)
	test -x .matrix/torch/bin/python || $(BIN)/python -m venv .matrix/torch
	.matrix/torch/bin/python -m pip --quiet --disable-pip-version-check install "$$(ls build/wheel/*.whl)[cli,torch]" pytest pytest-xdist
	.matrix/torch/bin/python -m pip --quiet --disable-pip-version-check install --no-deps --force-reinstall build/wheel/*.whl
	@touch $@

.PHONY: inductor
inductor: .matrix/torch/.installed  ## the hook in torch Inductor's compile workers; the environment .matrix/torch gets torch
	@.matrix/torch/bin/python -m pytest -q -m extended -p no:cacheprovider tests/hook/test_inductor.py

.PHONY: evaluation
evaluation: $(STAMP)  ## docs/evaluation.md over a folder of captured kernels: make evaluation CORPUS=DIR
	@test -n "$(CORPUS)" || (echo "usage: make evaluation CORPUS=DIR, with DIR/<package>/NAME.ttir" >&2; exit 2)
	@$(BIN)/python benchmarks/evaluation.py "$(CORPUS)" -o docs/evaluation.md

.PHONY: bench
bench: $(STAMP)  ## time and memory of lifting over Triton's own compile; CORPUS=DIR: of a folder of kernels, too
	@$(BIN)/python -m benchmarks.bench
	@if test -n "$(CORPUS)"; then $(BIN)/python -m benchmarks.corpus "$(CORPUS)" $(BENCH_ARGS); fi

.PHONY: format
format: $(STAMP)  ## let ruff mend what it can
	@$(BIN)/ruff check --fix .

.PHONY: clean
clean:  ## remove builds and caches, not the environments
	rm -rf build .pytest_cache .ruff_cache .hypothesis
