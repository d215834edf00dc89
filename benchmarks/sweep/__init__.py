"""The city sweep beside OpenFisca-Core, NumPy by hand and the floor of its bytes. `make bench-sweep` runs all of it.

A package of its own, for it takes an hour or more with the whole city and 20 GB of disk; `make bench` does not run it. Each
module named in `__main__.BENCHMARKS` is one benchmark, as in the folder above: its docstring says what is measured beside what,
and its function `run(stage)` gives the lines.
"""
