"""Where the files of a log come from."""

from __future__ import annotations

from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from gorod.kernel.errors import BadInput, Refused

Read = Callable[[str], bytes]
"""The content of the file at a path of the log. Raises Refused when it cannot be had."""

WAIT_S = 30
LONGEST = 2**25  # bytes: a full bundle of the longest entries has half of it


def reading(address: str) -> Read:
    """Files below an address (http, https) or in a folder, such as a mirror's. Raises BadInput for neither."""
    if address.startswith(("http://", "https://")):
        prefix = address.rstrip("/")
        return lambda path: _fetched(f"{prefix}/{path}")
    folder = Path(address)
    if not folder.is_dir():
        raise BadInput(
            f"{address} is no address and no folder", remedy="name the address of a log, or a folder with its files"
        )
    return lambda path: _read(folder / path)


def _fetched(url: str) -> bytes:
    request = Request(url, headers={"User-Agent": "gorod-verify"})  # noqa: S310  http and https only, see above
    try:
        with urlopen(request, timeout=WAIT_S) as answer:  # noqa: S310
            content: bytes = answer.read(LONGEST + 1)
    except (URLError, HTTPException, OSError) as error:
        raise Refused(
            f"{url} cannot be had: {error}", remedy="see whether the address is right, or take a mirror"
        ) from error
    if len(content) > LONGEST:
        raise Refused(f"{url} is longer than {LONGEST} bytes", remedy="this is no file of a log")
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(
            f"{path} cannot be read: {error.strerror}", remedy="copy the whole log, or take its address"
        ) from error
