"""Where the files of a log come from, and other files that the city publishes."""

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


def reading(address: str, *, longest: int = LONGEST) -> Read:
    """Files below an address (http, https) or in a folder, such as a mirror's. Raises BadInput for neither. `longest`: bytes of a
    file, beyond which nothing more is fetched."""
    if address.startswith(("http://", "https://")):
        prefix = address.rstrip("/")
        return lambda path: _fetched(f"{prefix}/{path}", longest)
    folder = Path(address)
    if not folder.is_dir():
        raise BadInput(
            f"{address} is no address and no folder", remedy="name the address of the files, or a folder with them"
        )
    return lambda path: _read(folder / path)


def _fetched(url: str, longest: int) -> bytes:
    request = Request(url, headers={"User-Agent": "gorod-verify"})  # noqa: S310  http and https only, see above
    try:
        with urlopen(request, timeout=WAIT_S) as answer:  # noqa: S310
            content: bytes = answer.read(longest + 1)
    except (URLError, HTTPException, OSError) as error:
        raise Refused(
            f"{url} cannot be had: {error}", remedy="see whether the address is right, or take a mirror"
        ) from error
    if len(content) > longest:
        raise Refused(
            f"{url} is longer than {longest} bytes", remedy="this is no such file: see whether the address is right"
        )
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(
            f"{path} cannot be read: {error.strerror}", remedy="copy all files, or take their address"
        ) from error
