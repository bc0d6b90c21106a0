# Everything a user or a continuous-integration machine runs. Each target sets up what it needs and is quick when that is done.

SHELL := /bin/bash
GOLDEN ?= Tests/Golden

.PHONY: all build engine demo test golden setup charts lint tests docs examples fuzz bench clean

all: build

## The optimized program, at .build/release/credence
build: setup
	@swift build --configuration release --product credence

## The engine, over LibTorch (LIBTORCH=FOLDER, else the wheel, which is installed into .venv)
engine: setup
	@Scripts/build-engine

## The main job on real predictions
demo: build
	@Scripts/demo

## Lint, a build with warnings as errors, docs, examples, a short fuzz run, then all tests
test: lint charts tests engine
	@Scripts/docs
	@Scripts/examples
	@Scripts/fuzz all 2000
	@swift test --configuration release --disable-testable-imports

## All golden tests against another folder: make golden GOLDEN=DIR
golden: tests
	@Scripts/golden "$(GOLDEN)"

setup:
	@Scripts/setup

## Static charts (PNG, SVG, PDF) need a Python package in .venv
charts: setup
	@Scripts/setup charts

lint: setup
	@swift format lint --strict --recursive Package.swift $(wildcard Sources Tests Examples Benchmarks Fuzz)

# Tests use public and package access only, so they share the program's optimized build.
tests: setup
	@swift build --configuration release --build-tests

docs: setup
	@Scripts/docs

examples: build engine
	@Scripts/examples

fuzz: setup
	@Scripts/fuzz all 1000000

## Credence beside the usual Python programs
bench: build
	@Benchmarks/run

clean:
	@rm -rf .build .venv demo-output
