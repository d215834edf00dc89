"""Who does the work of the whole city, as the command line says it: this machine or a Spark cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from gorod.engines.sweeps import api as sweeps
from gorod.engines.sweeps.data import Runner
from gorod.kernel.errors import BadInput
from gorod.project import environment, start

ENGINE_HELP = (
    "Who examines the districts: this machine, or the workers of a Spark cluster (docs/how-to/sweep-on-spark.md)."
)
MASTER_HELP = "The master of the cluster: spark://host:port, several with commas."


class Engine(StrEnum):
    """The values of --engine."""

    HERE = "here"
    SPARK = "spark"


@contextmanager
def chosen(*, engine: Engine, master: str) -> Iterator[Runner]:
    """The runner that --engine and --master name, while it is needed; the city's content has been read before.

    Raises BadInput when one does not fit the other, Refused when the cluster is not there.
    """
    if (engine is Engine.SPARK) != bool(master):
        raise BadInput(
            "--engine spark and --master go together", remedy="say --engine spark --master spark://host:7077"
        )
    if engine is Engine.HERE:
        yield sweeps.here
        return
    with sweeps.spark(master=master, folder=environment.home(), prepare=start.prepare_to_examine) as runner:
        yield runner
