"""A Spark cluster on this machine: one master and two workers, processes of their own on 127.0.0.1, with nothing of this process's
environment: what a task needs of Gorod it must be sent."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark

from tests.browser.tools import on_path
from tests.faults.city import free_port, until

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
END_SECONDS = 20


class Cluster:
    """What it writes stays in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.master = f"spark://127.0.0.1:{self._port}"
        self.workers: list[subprocess.Popen[bytes]] = []
        self._all: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the master and two workers, and wait until they are there."""
        (self._folder / "tmp").mkdir()
        self._start("master", "Master", "--port", str(self._port))
        self._wait_for("master", "I have been elected leader")
        self.add_workers(2)

    def add_workers(self, count: int) -> None:
        """So many more, of one core each."""
        names = [f"worker-{len(self._all) + number}" for number in range(count)]
        for name in names:
            place = str(self._folder / name)
            words = ("--port", "0", "--cores", "1", "--memory", "1g", "--work-dir", place, self.master)
            self.workers.append(self._start(name, "Worker", *words))
        for name in names:
            self._wait_for(name, "Successfully registered with master")

    def kill_worker_of(self, pid: int) -> None:
        """End the worker among whose descendants a process is, with its executor and without a word, as a machine that dies."""
        above = set(ancestors(pid))
        (worker,) = [one for one in self.workers if one.pid in above]
        self._kill(worker)

    def kill_workers(self) -> None:
        """End all of them so."""
        for worker in list(self.workers):
            self._kill(worker)

    def _kill(self, worker: subprocess.Popen[bytes]) -> None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(END_SECONDS)
        self.workers.remove(worker)

    def stop(self) -> None:
        """End all of it."""
        for one in reversed(self._all):
            if one.poll() is None:
                os.killpg(one.pid, signal.SIGTERM)
        for one in self._all:
            try:
                one.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(one.pid, signal.SIGKILL)
                one.wait()

    def _start(self, name: str, kind: str, *words: str) -> subprocess.Popen[bytes]:
        on_path(["java"], package="default-jre-headless")
        spark_class = Path(pyspark.__file__).parent / "bin" / "spark-class"
        command = [
            spark_class,
            f"org.apache.spark.deploy.{kind.lower()}.{kind}",
            "--host",
            "127.0.0.1",
            "--webui-port",
            "0",
        ]
        temporary = self._folder / "tmp"
        environment = {
            **{name: os.environ[name] for name in ("PATH", "JAVA_HOME", "HOME") if name in os.environ},
            "PYTHONPATH": str(PROJECT),  # the tests' own functions; gorod is in the environment of this Python
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(temporary),
            "SPARK_DAEMON_MEMORY": "256m",
            "TMPDIR": str(temporary),
            "JAVA_TOOL_OPTIONS": f"-Djava.io.tmpdir={temporary} -XX:-UsePerfData",
        }
        with self._log(name).open("wb") as log:
            started = subprocess.Popen(
                [*command, *words], env=environment, stdout=log, stderr=log, cwd=self._folder, start_new_session=True
            )
        self._all.append(started)
        return started

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def _wait_for(self, name: str, words: str) -> None:
        log = self._log(name)
        try:
            until(f"the {name} is there", lambda: words in log.read_text(), START_SECONDS)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{log.read_text()[-3000:]}") from None


def ancestors(pid: int) -> Iterator[int]:
    """The processes above one, nearest first."""
    while pid > 1:
        status = Path("/proc", str(pid), "status").read_text()
        pid = int(status.partition("\nPPid:\t")[2].partition("\n")[0])
        yield pid


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """A cluster for as long as the context lasts."""
    made = Cluster(folder)
    try:
        made.start()
        yield made
    finally:
        made.stop()
