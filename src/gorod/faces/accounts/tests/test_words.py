"""What django-allauth says is said as we say it, in every language of the engine and in words that everybody knows."""

from __future__ import annotations

import re
from pathlib import Path

import allauth
import pytest
from allauth.mfa.models import Authenticator
from babel.messages.pofile import read_po
from django.contrib.auth import get_user_model
from django.core.cache import cache

from gorod.faces import accounts as faces_accounts
from gorod.faces.accounts.tests.factories import signed_in
from gorod.faces.api.tests.factories import install, resident
from gorod.ui import words
from gorod.ui.pages.tests.client import PageClient

FOLDER = Path(faces_accounts.__file__).parent / "locale"
LANGUAGES = sorted({"en", *(path.parents[1].name for path in words.FOLDER.glob("*/LC_MESSAGES/django.po"))})
PAGES = [
    *("login/", "start/", "", "password/", "sessions/", "confirm/", "security/", "security/keys/", "security/confirm/"),
    *("security/keys/add/", "security/app/", "security/codes/new/"),
]
STRANGE = re.compile(
    r"factor|authenticat|recovery|security key|username|faktor|sicherheitsschl|benutzername", re.IGNORECASE
)


def said(folder: Path, language: str) -> dict[str, list[str]]:
    with Path(folder, language, "LC_MESSAGES", "django.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    found = {}
    for message in catalogue:
        if message.id:
            ids, texts = ([one] if isinstance(one, str) else list(one) for one in (message.id, message.string))
            assert all(texts), ids
            found |= dict.fromkeys(ids, texts)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_words_of_allauth_are_said_otherwise_and_all_of_them_in_each_language(language: str) -> None:
    ours = said(FOLDER, language)
    assert ours.keys() == said(FOLDER, "en").keys()
    sources = [
        path.read_text()
        for path in Path(allauth.__file__).parent.glob("**/*")
        if path.suffix in (".html", ".py", ".txt")
    ]
    text = re.sub(r"{{ ?(\w+) ?}}", r"%(\1)s", "\n".join(sources))
    assert [one for one in ours if one not in text] == [], "allauth has other words now"
    assert not ours.keys() & (said(words.FOLDER, "ru").keys() - {"Sign in"}), "ours would change with them"


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
def test_pages_of_the_account_have_no_words_of_engineers(language: str) -> None:
    install()
    cache.clear()
    anna = resident("Anna")
    client = signed_in(anna)
    user = get_user_model().objects.get(resident_id=anna)
    user.set_password("four quiet blue rivers")
    user.save()
    client.browser.force_login(user)
    client.send(client.open("/en/account/confirm/"), "Confirm", password="four quiet blue rivers")
    for page in PAGES:
        for reader in (client, PageClient()):
            main = reader.open(f"/{language}/account/{page}").soup.find(id="main")
            assert main is not None
            for made in main.find_all("script"):  # type: ignore[union-attr]
                made.decompose()
            assert not STRANGE.search(main.get_text(" ")), (page, main.get_text(" ", strip=True))
    key = {"name": "My telephone", "passwordless": True, "credential": {}}
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=key)
    text = client.open(f"/{language}/account/security/keys/").text
    assert "My telephone" in text and "Not used" not in text
