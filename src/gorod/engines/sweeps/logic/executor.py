"""What a process of a Spark worker does with a district. It is read there before Django is ready, so it imports nothing of ours
that needs Django: what does is pickled, and unpickled after `prepare`."""

from __future__ import annotations

import pickle
import socket
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gorod.kernel.canonical import canonical_json
from gorod.kernel.errors import GorodError

if TYPE_CHECKING:
    from pyspark import Broadcast

DISTRICT, ANSWER = "district", "answer"
SCHEMA = f"{DISTRICT} string, {ANSWER} string"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a worker is sent once for all districts. `shared`: a folder that the sender made, and that must be seen there too.
    `prepare`, `configure` and `work` are pickled functions, called in this order; each may need those before it."""

    shared: Path
    prepare: bytes
    configure: bytes
    work: bytes


def examine(sent: Broadcast[Sent], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The function of `mapInArrow`: rows of districts in, the same with their answers out (JSON: `done` or what went wrong)."""
    for batch in batches:
        districts = batch.column(DISTRICT).to_pylist()
        answers = [canonical_json(_answer(sent.value, district)).decode() for district in districts]
        yield pa.RecordBatch.from_pydict({DISTRICT: districts, ANSWER: answers})


def _answer(sent: Sent, district: str) -> dict[str, Any]:
    """A fault is an answer too: what `work` raised would be raised again on every worker that Spark tries."""
    if not sent.shared.is_dir():
        return {"unseen": socket.gethostname()}
    try:
        work = _ready(sent)
    except (ImportError, AttributeError) as error:
        return {
            "refused": f"Gorod on {socket.gethostname()} is not the one that asks: {error}",
            "remedy": "install the same version on every worker",
        }
    try:
        return {"done": work(district)}
    except OSError as error:
        return {
            "errno": error.errno,
            "said": f"{error.strerror or error} ({socket.gethostname()})",
            "file": error.filename,
        }
    except GorodError as error:
        return {"refused": error.detail, "remedy": error.remedy}
    except Exception:
        return {"fault": traceback.format_exc()}


@lru_cache(maxsize=1)
def _ready(sent: Sent) -> Callable[[str], dict[str, Any]]:
    """The work, in a process made ready for it: once, for a process does many districts."""
    pickle.loads(sent.prepare)()  # noqa: S301  from who started this process
    pickle.loads(sent.configure)()  # noqa: S301
    work: Callable[[str], dict[str, Any]] = pickle.loads(sent.work)  # noqa: S301
    return work
