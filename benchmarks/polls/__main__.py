"""`python -m benchmarks.polls`: votes and the ledger under load, beside their floors; writes docs/reference/benchmarks-polls.md.

Everything runs in a temporary GOROD_HOME with a PostgreSQL of its own. A quick run and one of single benchmarks print only.
"""

from __future__ import annotations

import sys

from benchmarks.measuring.running import PROJECT, main

PAGE = PROJECT / "docs" / "reference" / "benchmarks-polls.md"

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], package="benchmarks.polls", page=PAGE, says=__doc__))
