# Everything there is to know. Each command installs what it needs into .venv first.
PYTHON ?= python3
VENV := .venv/bin
TESTS := -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help run quick test check bench bench-sweep bench-polls bench-booking lock

help:  ## say what can be done
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

run:  ## start the city: database, web server, worker, demo agencies; Ctrl-C stops all of it
	@$(PYTHON) scripts/bootstrap.py run
	@$(VENV)/gorod run

quick:  ## the fast tests, under 3 minutes
	@$(PYTHON) scripts/bootstrap.py run test
	@$(VENV)/python -m pytest $(TESTS) -m "not slow"

test:  ## every test
	@$(PYTHON) scripts/bootstrap.py run test
	@$(VENV)/python -m pytest $(TESTS)

check:  ## linters, types, import contracts, content
	@$(PYTHON) scripts/bootstrap.py run test
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/lint-imports --no-cache
	@$(VENV)/mypy
	@$(VENV)/gorod check cities/moscow
	@$(VENV)/gorod check --strict tests/cities/tiny

bench:  ## the benchmarks, beside their floors on this machine
	@$(PYTHON) scripts/bootstrap.py run bench
	@$(VENV)/python -m benchmarks

bench-sweep:  ## the sweep of a whole city, beside OpenFisca and NumPy; most of an hour, and 20 GB of disk
	@$(PYTHON) scripts/bootstrap.py run bench
	@$(VENV)/python -m benchmarks.sweep

bench-polls:  ## votes and the ledger under load, beside their floors; half an hour
	@$(PYTHON) scripts/bootstrap.py run bench
	@$(VENV)/python -m benchmarks.polls

bench-booking:  ## a crowd that books, a waiting room, an allotment, beside their floors
	@$(PYTHON) scripts/bootstrap.py run test bench
	@$(VENV)/python -m benchmarks booking waiting_room allotment

lock:  ## resolve requirements/*.in anew, with hashes
	@$(PYTHON) scripts/bootstrap.py run
	@$(PYTHON) scripts/lock.py
