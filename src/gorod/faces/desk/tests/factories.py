"""Officials of the tiny city, each signed in, and a family with a case at the youth welfare office."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model

from gorod.engines.cases.data import Case
from gorod.engines.reexamination.tests.factories import run_jobs
from gorod.faces.portal.tests.factories import Home
from gorod.records.officials.data import Official, Role
from gorod.records.officials.tests.factories import official
from gorod.ui.pages.tests.client import PageClient


def at_work(
    role: Role = Role.OFFICER, agency: str = "youth_office", *, name: str = "Ona"
) -> tuple[Official, PageClient]:
    """Somebody with this role and a second factor, signed in."""
    who = official(role, agency, name=name)
    client = PageClient()
    user = get_user_model().objects.get(id=who.official_id)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    client.browser.force_login(user)
    return who, client


class Office:
    """A mother who has applied for a day-care place, which officials decide with four eyes; two of them, signed in."""

    def __init__(self) -> None:
        self.home = Home()
        self.ona, self.as_ona = at_work(name="Ona")
        self.otto, self.as_otto = at_work(name="Otto")
        page = self.home.as_mother.open("/en/mine/questions/")
        self.home.as_mother.send(page, "Send", care_wanted="mornings")
        run_jobs()
        step = self.home.step("day_care_place")
        form = self.home.as_mother.open(f"/en/mine/offers/{step.step_id}/")
        self.home.as_mother.send(form, "Yes, arrange it", care_begins_on="2027-09-01")

    @property
    def case(self) -> Case:
        return self.home.case("day_care_place")

    @property
    def address(self) -> str:
        return f"/en/desk/cases/{self.case.number}/"
