"""Benchmarks: what Gorod costs beside the floor of the same machine, measured side by side in one run. They print ratios.

Every file of this folder is one benchmark, found by walking: its docstring says what is measured, beside what, and why that is
the floor; its function `run(stage)` gives the rows. What they share is in `measuring`. `make bench` runs all of them.
"""
