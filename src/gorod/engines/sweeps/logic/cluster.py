"""A Spark cluster does the districts: each is a job of one task, for whichever worker is free.

Not one job of many tasks, although that is what one writes first: `collect` would give nothing before everything is done, and
`toLocalIterator` does one partition after another, however many workers wait.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any

from gorod.engines.sweeps.data import Runner
from gorod.engines.sweeps.logic import executor
from gorod.engines.sweeps.logic.executor import Sent
from gorod.kernel.errors import BadInput, Refused

if TYPE_CHECKING:
    from pyspark import Broadcast
    from pyspark.sql import SparkSession

PREFIX = "spark://"
JAVA = range(17, 22)  # what Spark 4.0 runs on
AT_ONCE = 500  # districts that wait at Spark together, each in a thread; more than a city has
REACHED_S = 5
NO_WORKER_S = 60  # how long nothing is done by nobody before that is said

Work = Callable[[str], dict[str, Any]]


@contextmanager
def workers(
    *, master: str, folder: Path, prepare: Callable[[], None], configure: Callable[[], None]
) -> Iterator[Runner]:
    """A session with a master and its workers as runner. Raises BadInput, Refused."""
    if find_spec("pyspark") is None:
        raise Refused("pyspark is not installed", remedy="install it: python3 scripts/bootstrap.py run spark")
    _check_java()
    here = _address_towards(master)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix="spark-") as name, _session(master, here, Path(name)) as session:
        yield _Workers(
            session=session, shared=Path(name), prepare=pickle.dumps(prepare), configure=pickle.dumps(configure)
        )


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(str(Path(home, "bin", "java")) if home else "java")
    remedy = "install one, in Debian openjdk-17-jre-headless, and put it on PATH or into JAVA_HOME"
    if java is None:
        raise Refused("Spark needs Java 17 to 21, and there is none", remedy=remedy)
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) not in JAVA:
        raise Refused(f"Spark needs Java 17 to 21; {java} says: {said.strip().partition(chr(10))[0]}", remedy=remedy)


def _address_towards(master: str) -> str:
    """This machine's address as the first master that answers sees it: there the workers reach us."""
    places = [place.rpartition(":") for place in master.removeprefix(PREFIX).split(",")]
    if not master.startswith(PREFIX) or not all(host and _is_port(port) for host, _, port in places):
        raise BadInput(f"{master!r} is no address of a Spark master", remedy=f"say --master {PREFIX}host:7077")
    why = ""
    for host, _, port in places:
        try:
            with socket.create_connection((host, int(port)), timeout=REACHED_S) as way:
                address: str = way.getsockname()[0]
                return address
        except OSError as error:
            why = error.strerror or str(error)
    raise Refused(
        f"no Spark master answers at {master}: {why}",
        remedy="start it, see docs/how-to/sweep-on-spark.md, or say where it is with --master",
    )


def _is_port(text: str) -> bool:
    return text.isdecimal() and 0 < int(text) < 2**16


@contextmanager
def _session(master: str, here: str, scratch: Path) -> Iterator[SparkSession]:
    """Spark in this process, and the Java beside it; both are gone at the end."""
    from py4j.protocol import Py4JError
    from pyspark import SparkContext, __version__
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.host": here,
        "spark.driver.bindAddress": here,
        "spark.driver.extraJavaOptions": f"-Djava.io.tmpdir={scratch} -XX:-UsePerfData",
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.executor.memory": "512m",  # of its Java, which only passes on: the work is Python's, outside
        "spark.executorEnv.POLARS_MAX_THREADS": "1",  # as many districts at once as there are cores, not cores × cores
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master(master).appName("gorod")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        with _environment({"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": here, "TMPDIR": str(scratch)}):
            interrupt = signal.getsignal(signal.SIGINT)
            try:
                session = builder.getOrCreate()
            except (PySparkException, Py4JError) as error:
                raise Refused(
                    f"Spark could not begin at {master}: {_said(error)}",
                    remedy=f"look into the master's log; it must be of Spark {__version__}",
                ) from error
        try:
            if current_thread() is main_thread():
                signal.signal(signal.SIGINT, interrupt)  # Spark's own answer to Ctrl-C would outlive the session
            yield session
        finally:
            session.stop()
    finally:
        # pyspark keeps its Java, with this session's folders, for a next one; that one shall have its own
        gateway = SparkContext._gateway
        SparkContext._gateway = SparkContext._jvm = None
        if gateway is not None:
            gateway.shutdown()
            gateway.proc.stdin.close()
            gateway.proc.wait()


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@dataclass(frozen=True, kw_only=True)
class _Workers:
    """The runner. `shared`: a folder that every worker must see; `prepare`, `configure`: see `executor.Sent`."""

    session: SparkSession
    shared: Path
    prepare: bytes
    configure: bytes

    def __call__(self, work: Work, districts: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        context = self.session.sparkContext
        sent = context.broadcast(
            Sent(shared=self.shared, prepare=self.prepare, configure=self.configure, work=pickle.dumps(work))
        )
        pool = ThreadPoolExecutor(max_workers=AT_ONCE)
        try:
            waiting = {pool.submit(self._asked, sent, district) for district in districts}
            while waiting:
                done, waiting = wait(waiting, timeout=NO_WORKER_S, return_when=FIRST_COMPLETED)
                if not done and not self._any_worker():
                    raise Refused(
                        f"no worker of {context.master} took the work for {NO_WORKER_S} s",
                        remedy="start workers with free cores and 1 GB of memory, and run it again: it goes on",
                    )
                for one in done:
                    district, answer = one.result()
                    yield district, self._understood(district, answer)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # no waiting for districts that nobody wants any more
            context.cancelAllJobs()

    def _asked(self, sent: Broadcast[Sent], district: str) -> tuple[str, dict[str, Any]]:
        """One district from one worker; from another one if that is killed. Raises Refused when Spark gives up."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql.functions import lit

        row = self.session.range(0, 1, 1, numPartitions=1).select(lit(district).alias(executor.DISTRICT))
        try:
            (found,) = row.mapInArrow(partial(executor.examine, sent), executor.SCHEMA).collect()
        except (PySparkException, Py4JError) as error:
            raise Refused(
                f"Spark could not do the district {district}: {_said(error)}",
                remedy="look into the workers' logs: each needs this installation of Gorod and its Python at the same path",
            ) from error
        answer: dict[str, Any] = json.loads(found[executor.ANSWER])
        return district, answer

    def _any_worker(self) -> bool:
        """Whether anybody but this process is there; pyspark has no word of its own for it."""
        return bool(self.session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() > 1)

    def _understood(self, district: str, answer: dict[str, Any]) -> dict[str, Any]:
        match answer:
            case {"done": done}:
                known: dict[str, Any] = done
                return known
            case {"unseen": host}:
                raise Refused(
                    f"the worker on {host} does not see {self.shared.parent}",
                    remedy="share this folder with every worker under the same path",
                )
            case {"refused": detail, "remedy": remedy}:
                raise Refused(detail, remedy=remedy)
            case {"errno": number, "said": said, "file": file}:
                raise OSError(number, said, file)
            case _:
                raise RuntimeError(f"{district} failed on a worker:\n{answer['fault']}")


def _said(error: Exception) -> str:
    """What it says in one line: of a worker's Python the last one of its traceback, of Java the first one before its stack."""
    text = str(error)
    python = re.findall(r"^\w*(?:Error|Exception): .*", text, re.MULTILINE)
    java = re.findall(r"^: (.*)", text, re.MULTILINE)
    return str(python[-1] if python else java[0] if java else text.strip().partition("\n")[0])
