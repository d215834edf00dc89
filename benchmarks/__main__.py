"""`python -m benchmarks`: run every benchmark, print the table, write docs/reference/benchmarks.md.

Everything runs in a temporary GOROD_HOME with a PostgreSQL of its own; DATABASE_URL and GOROD_CITY are not looked at. A quick
run (small sizes, for trying out) and a run of single benchmarks print only: the page is written by a whole run alone.
"""

from __future__ import annotations

import sys

from benchmarks.measuring.running import PROJECT, main

PAGE = PROJECT / "docs" / "reference" / "benchmarks.md"

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], package="benchmarks", page=PAGE, says=__doc__))
