# Everything a user or a continuous-integration machine runs. Each target sets up what it needs and is quick when that is done.

SHELL := /bin/bash
GOLDEN ?= Tests/Golden
BUILD := .build/release
# Tests use public and package access only, so they share the program's optimized build.
TEST := swift test --configuration release --disable-testable-imports

.PHONY: all demo test build setup charts lint golden docs examples fuzz bench clean

all: build

setup:
	@Scripts/setup

## The optimized program, at .build/release/credence
build: setup
	@swift build --configuration release --product credence

## The main job on real predictions
demo: build
	@Scripts/demo

## Static charts (PNG, SVG, PDF) need a Python package in .venv
charts: setup
	@Scripts/setup charts

lint:
	@swift format lint --strict --recursive Sources Tests Examples Package.swift

## Lint, a build with warnings as errors, docs, examples, a short fuzz run, then all tests
test: setup lint charts
	@swift build --configuration release --build-tests --disable-testable-imports
	@Scripts/docs
	@Scripts/examples
	@Scripts/fuzz all 2000
	@$(TEST)

## All golden tests against another folder: make golden GOLDEN=DIR
golden: setup
	@Scripts/golden "$(GOLDEN)"

docs: setup
	@Scripts/docs

examples: build
	@Scripts/examples

fuzz: setup
	@Scripts/fuzz all 1000000

## Credence beside the usual Python programs: make bench
bench: build
	@Benchmarks/run

clean:
	@rm -rf .build .venv
