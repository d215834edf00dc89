"""A client of the machine API as any agency would write it: a token, requests, a new token when the old one ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

TOKEN_PATH = "/identity/o/api/token"  # noqa: S105 - an address, not a secret


def credentials(file: Path) -> dict[str, dict[str, str]]:
    """Agency → its client's `id` and `secret`, from the file that `gorod run` keeps (mode 600)."""
    kept: dict[str, dict[str, str]] = json.loads(file.read_text())
    return kept


class Api:
    """One agency's connection."""

    def __init__(self, *, base: str, client_id: str, secret: str, seconds: float = 30) -> None:
        """`seconds`: how long to wait for an answer; a batch of 1000 events takes some."""
        self._client = httpx.Client(base_url=base, timeout=seconds)
        self._auth = (client_id, secret)
        self._token = ""

    def call(self, method: str, path: str, **request: Any) -> Any:
        """The answer's JSON (None without a body). Raises httpx.HTTPStatusError with the problem's detail in its text."""
        headers = request.pop("headers", {})
        for attempt in range(2):
            if not self._token:
                self._token = self._fresh_token()
            answer = self._client.request(
                method, path, headers={**headers, "authorization": f"Bearer {self._token}"}, **request
            )
            if answer.status_code != 401 or attempt:
                break
            self._token = ""
        if answer.is_error:
            message = f"{method} {path}: {answer.status_code} {answer.text[:500]}"
            raise httpx.HTTPStatusError(message, request=answer.request, response=answer)
        return answer.json() if answer.content else None

    def send(self, event: dict[str, Any]) -> Any:
        """Send one CloudEvent in structured mode."""
        return self.call(
            "POST",
            "/api/events",
            content=json.dumps(event, ensure_ascii=False).encode(),
            headers={"content-type": "application/cloudevents+json"},
        )

    def send_all(self, events: list[dict[str, Any]]) -> Any:
        """Send a batch of CloudEvents."""
        return self.call(
            "POST",
            "/api/events",
            content=json.dumps(events, ensure_ascii=False).encode(),
            headers={"content-type": "application/cloudevents-batch+json"},
        )

    def close(self) -> None:
        """Close the connections; nothing can be called any more."""
        self._client.close()

    def _fresh_token(self) -> str:
        answer = self._client.post(TOKEN_PATH, data={"grant_type": "client_credentials"}, auth=self._auth)
        answer.raise_for_status()
        token: str = answer.json()["access_token"]
        return token
