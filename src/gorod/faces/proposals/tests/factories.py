"""A proposal of a resident of the tiny city, and officials who judge it, all signed in."""

from __future__ import annotations

from uuid import UUID

from gorod.engines.proposals import api as proposals
from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.api.tests.factories import install, resident
from gorod.faces.desk.tests.factories import at_work
from gorod.records.officials.data import Role
from gorod.ui.pages.tests.client import Page, PageClient

BENCH = {"title": "A bench in Mill Lane", "text": "There is none.\nOld people want to sit down."}


class Town:
    """Anna, who suggests; Boris, another resident; Sam and Sue, who judge."""

    def __init__(self) -> None:
        install()
        self.anna, self.boris = resident("Anna"), resident("Boris")
        self.as_anna, self.as_boris = signed_in(self.anna), signed_in(self.boris)
        self.sam, self.as_sam = at_work(Role.SUPERVISOR, "youth_office", name="Sam")
        self.sue, self.as_sue = at_work(Role.SUPERVISOR, "tax_office", name="Sue")

    def suggested(self, **said: str) -> UUID:
        """Suggested by Anna on the page."""
        page = self.as_anna.send(self.as_anna.open("/en/proposals/new/"), "Send", **{**BENCH, **said})
        return UUID(page.address.rstrip("/").rpartition("/")[2])

    def judge(self, client: PageClient, about_id: UUID, *, status: int = 200, **said: object) -> Page:
        """What an official decides on the page."""
        return client.send(client.open(f"/en/desk/proposals/{about_id}/"), "Decide", status=status, **said)

    def discussed(self, **said: str) -> UUID:
        """Suggested, and let through by Sam."""
        about_id = self.suggested(**said)
        self.judge(self.as_sam, about_id, verdict="shown")
        return about_id

    def only_comment(self) -> UUID:
        """The comment that waits."""
        (waits,) = [one for one in proposals.waiting(official=self.sue, limit=9) if one.comment]
        return waits.about_id
