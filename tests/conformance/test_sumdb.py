"""Our Merkle trees, tiles and notes beside those of Go's module checksum database, golang.org/x/mod/sumdb."""

from __future__ import annotations

import json
import os
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest

from gorod.kernel.merkle import api as merkle
from gorod.kernel.merkle.data import Checkpoint, Hash, SignatureType
from gorod.kernel.merkle.tests.factories import Stored, entries
from tests.browser.tools import install, on_path

pytestmark = pytest.mark.slow

GO = Path("/usr/share/gocode")  # where Debian puts the sources of Go libraries
SOURCE = Path(__file__).parent / "sumdb" / "main.go"
SIZE = 300  # more than a tile
LOG = merkle.Signer(name="city.example/log", type=SignatureType.ED25519, seed=b"l" * 32)
ENTRIES = entries(SIZE)
STORED = Stored(ENTRIES)


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Go finds, for every size up to `SIZE`."""
    go = on_path(["go"], package="golang-go")
    if not (GO / "src/golang.org/x/mod/sumdb").is_dir():
        install("golang-golang-x-mod-dev")
    text = merkle.written_checkpoint(Checkpoint(origin=LOG.key.name, size=SIZE, root=STORED.tree.root))
    asked = {
        "Entries": [b64encode(entry).decode() for entry in ENTRIES],
        "Note": b64encode(merkle.signed(text, LOG.line(text)).encode()).decode(),
        "Key": merkle.written_key(LOG.key),
    }
    home = str(tmp_path_factory.mktemp("go"))
    settings = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GO), "GOCACHE": home, "GOFLAGS": ""}
    done = subprocess.run([go, "run", SOURCE], input=json.dumps(asked), env=settings, stdout=subprocess.PIPE, text=True)
    assert done.returncode == 0
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def hashes(proof: list[str] | None) -> list[Hash]:
    return [b64decode(one) for one in proof or []]


def test_roots_of_all_sizes(theirs: dict[str, Any]) -> None:
    ours = [merkle.range_hash(STORED.hash_at, 0, size) for size in range(1, SIZE + 1)]
    assert ours == hashes(theirs["Roots"])[1:], "of the empty tree Go has none"


def test_all_proofs(theirs: dict[str, Any]) -> None:
    for size in range(1, SIZE + 1):
        for index in range(size):
            proof = merkle.inclusion_proof(STORED.hash_at, index, size)
            assert proof == hashes(theirs["Inclusion"][size][index])
            grown = merkle.consistency_proof(STORED.hash_at, index + 1, size)
            assert grown == hashes(theirs["Grown"][size][index])


def test_all_tiles(theirs: dict[str, Any]) -> None:
    """Go lists the narrower tiles of smaller trees too: of each tile the widest is that of this tree."""
    for size in range(SIZE + 1):
        widest: dict[tuple[int, int], tuple[int, bytes]] = {}
        for name, content in theirs["Tiles"][size].items():
            level, index, width = map(int, name.split("/"))
            widest[level, index] = max(widest.get((level, index), (0, b"")), (width, b64decode(content)))
        ours = {}
        for tile in merkle.tiles(size):
            first = tile.index * merkle.WIDTH
            content = b"".join(STORED.hash_at(8 * tile.level, first + at) for at in range(tile.width))
            ours[tile.level, tile.index] = (tile.width, content)
        assert ours == widest


def test_the_note_is_opened(theirs: dict[str, Any]) -> None:
    assert theirs["Text"] == merkle.written_checkpoint(
        Checkpoint(origin="city.example/log", size=SIZE, root=STORED.tree.root)
    )
