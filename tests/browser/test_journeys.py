"""Whole journeys in a real browser, as those who take part in them go: a mother, residents, officials, a clerk at the counter.

They share one city, told its story, and no two of them share an application.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser import checks
from tests.browser.checks import AXE
from tests.browser.conftest import CLERK, COLLEAGUE, OFFICER, SUPERVISOR, Arrives, City, Visitor

pytestmark = pytest.mark.slow

AID = "Адресная социальная помощь"
ACCOUNT = "40817810099910004312"
PASSWORD = "four quiet blue rivers"
TOO_RICH = "Доход семьи выше предела, установленного для этой выплаты"
WHY = "Справка о доходах за осень не принята."


@pytest.fixture(scope="module")
def people(city: City) -> dict[str, Any]:
    """A family whose child is about to be born, and three residents whose income is low."""
    return city.people("--family", "--poor", "3")


def opens_an_account(visitor: Visitor, person: Mapping[str, Any]) -> Page:
    """As real people get in: with the code that a service centre gives to who has shown a passport."""
    said = visitor.city.gorod("person", "invite", f"snils:{person['identifiers']['snils']}")
    page = visitor.open("/ru/account/start/")
    page.get_by_label("Ваш код").fill(said.split()[0])
    page.get_by_label("Логин").fill(f"resident-{person['identifiers']['snils']}")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Открыть кабинет").click()
    page.wait_for_url(f"{visitor.city.base}/ru/")
    return page


def applies_for_aid(page: Page) -> str:
    """Find the service by a word of everyday language and apply for it; the number of the application."""
    page.get_by_label("Что вам нужно?").fill("не хватает денег")
    page.get_by_role("button", name="Найти").click()
    page.get_by_role("link", name=AID).first.click()
    page.get_by_role("button", name="Подать заявление").click()
    page.wait_for_url("**/apply/")
    page.get_by_role("button", name="Подать заявление").click()
    page.wait_for_url("**/mine/cases/**")
    return page.url.rstrip("/").rpartition("/")[2]


def goes_to_work(visitor: Visitor, name: str) -> Page:
    page = visitor.sign_in(name)
    page.get_by_role("link", name="Рабочее место").click()
    expect(page.get_by_role("navigation", name="Ваша работа")).to_be_visible()
    return page


def opens_in_queue(page: Page, number: str) -> None:
    page.get_by_role("link", name="Очередь").click()
    page.get_by_role("link", name=number).click()
    expect(page.locator("h1")).to_have_text(AID)


def unfolds(page: Page, name: str) -> None:
    page.locator("summary").filter(has_text=re.compile(f"^{name}$")).click()


def proposes_refusal(page: Page) -> None:
    unfolds(page, "Отказать")
    page.get_by_label(TOO_RICH).check()
    page.get_by_label("Что ещё нужно знать человеку").fill(WHY)
    page.get_by_role("button", name="Предложить отказать").click()
    expect(page.get_by_role("status")).to_contain_text("Предложено: решение подтвердит коллега.")


def confirms(page: Page, number: str) -> None:
    page.get_by_role("navigation", name="Ваша работа").get_by_role("link", name="Подтвердить").click()
    page.get_by_role("link", name=number).click()
    page.get_by_role("button", name="Подтвердить решение").click()
    expect(page.get_by_role("status")).to_contain_text("Подтверждено.")


def test_a_birth_leads_from_the_event_to_money_in_the_mothers_account(
    city: City, people: dict[str, Any], arrives: Arrives
) -> None:
    mother, father = (
        {"identifiers": {scheme: people[role]["identifiers"][scheme] for scheme in ("snils", "passport")}}
        for role in ("mother", "father")
    )
    number, today = uuid4().hex[:8].upper(), date.fromisoformat(city.now()[:10])
    born = {"birth_date": (today - timedelta(days=2)).isoformat()}
    carried = {"medical_birth_certificate": f"45-{number}"}
    fate = city.sends(
        "health",
        "birth.notified",
        {
            "certificate": {"number": f"45-{number}", "issued_on": today.isoformat()},
            "child": {"identifiers": carried, **born},
            "mother": mother,
        },
    )
    assert fate == "accepted"

    visitor = arrives()
    page = visitor.sign_in(people["mother"]["name"])
    offered = page.get_by_role("button", name="Да, продолжить · Регистрация рождения")
    visitor.waits_for(offered)
    page.get_by_role("region", name="В вашей жизни").get_by_role("link", name="Родился ребёнок").click()
    offered.click()
    page.get_by_role("button", name="Да, оформить").click()
    expect(page.get_by_role("alert")).to_contain_text("Ответьте на этот вопрос.")
    page.get_by_role("textbox").fill("Мария")
    page.get_by_role("button", name="Да, оформить").click()
    expect(page.get_by_role("status")).to_contain_text("Готово. Больше ничего делать не нужно.")
    expect(page.get_by_text("Мария")).to_be_visible()

    fate = city.sends(
        "civil_registry",
        "birth.registered",
        {
            "record": {"number": f"177-{number}", "registered_on": today.isoformat()},
            "child": {
                "identifiers": {"birth_record": f"177-{number}", **carried},
                "names": {"given_name": "Мария"},
                **born,
            },
            "mother": mother,
            "father": father,
        },
    )
    assert fate == "accepted"
    for offer in ("Единовременная компенсация города", "Федеральное пособие при рождении"):
        visitor.open("/ru/")
        accept = page.get_by_role("button", name=f"Да, оформить · {offer}")
        visitor.waits_for(accept)
        accept.click()
        expect(page.locator("h1")).to_have_text(offer)

    visitor.open("/ru/")
    account = page.get_by_role("button", name="Указать счёт")
    visitor.waits_for(account)
    account.click()
    page.get_by_label("Счёт").fill("12345")
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_role("alert")).to_contain_text("Это не номер счёта")
    page.get_by_label("Счёт").fill(ACCOUNT)
    page.get_by_role("button", name="Отправить").click()
    expect(page.get_by_role("status")).to_contain_text("Деньги, которые ждали счёта, уже в пути.")

    page.get_by_role("link", name="Сообщения").click()
    paid = page.get_by_role("heading", name=re.compile("отправили вам .* руб")).first
    visitor.waits_for(paid)
    said = re.search("«(.+)»", paid.inner_text())
    assert said
    visitor.open("/ru/mine/cases/")
    page.get_by_role("link", name=said[1]).first.click()
    expect(page.locator("main")).to_contain_text("Предоставлено")
    expect(page.get_by_role("region", name="Выплаты")).to_contain_text("₽ · выплачено")


def test_two_officials_grant_an_application_and_the_resident_reads_it(people: dict[str, Any], arrives: Arrives) -> None:
    resident = arrives()
    theirs = opens_an_account(resident, people["poor"][0])
    number = applies_for_aid(theirs)

    page = goes_to_work(arrives(), OFFICER)
    opens_in_queue(page, number)
    expect(page.locator("main")).to_contain_text(people["poor"][0]["name"])
    expect(page.get_by_role("region", name="Что говорит правило сегодня")).not_to_contain_text("не выполнено")
    page.get_by_role("button", name="Взять в работу").click()
    expect(page.get_by_role("status")).to_contain_text("Теперь этим занимаетесь вы.")
    unfolds(page, "Удовлетворить")
    page.get_by_role("button", name="Предложить удовлетворить").click()
    expect(page.get_by_role("status")).to_contain_text("Предложено: решение подтвердит коллега.")
    expect(page.get_by_role("button", name="Подтвердить решение")).to_have_count(0)
    page.get_by_role("navigation", name="Ваша работа").get_by_role("link", name="Подтвердить").click()
    expect(page.get_by_role("link", name=number)).to_have_count(0)  # one's own is not offered
    theirs.reload()
    expect(theirs.get_by_role("heading", name="Решение")).to_have_count(0)

    confirms(goes_to_work(arrives(), COLLEAGUE), number)
    theirs.reload()
    expect(theirs.locator("main .govuk-tag")).to_have_text("предоставлено")
    expect(theirs.get_by_role("region", name="Решение")).to_contain_text("Предоставлено")
    resident.open("/ru/mine/messages/")
    expect(theirs.get_by_role("heading", name=f"«{AID}»: решение положительное")).to_be_visible()
    resident.open("/ru/mine/readings/")
    expect(theirs.get_by_text("чтобы рассмотреть заявление").first).to_be_visible()


def test_a_fact_is_disputed_and_counts_again_once_its_agency_has_answered(city: City, arrives: Arrives) -> None:
    resident = arrives()
    theirs = resident.sign_in(city.name("mother"))
    theirs.get_by_role("link", name="Что о вас знает город").click()
    row = theirs.locator(".govuk-summary-list__row").filter(has_text=re.compile("^\\s*статус многодетной семьи", re.I))
    expect(row).to_contain_text("да")
    theirs.get_by_role("link", name=re.compile("Это неверно · статус многодетной семьи", re.I)).click()
    theirs.get_by_label("Своими словами").fill("Старшему уже восемнадцать")
    theirs.get_by_role("button", name="Отправить").click()
    expect(theirs.get_by_role("status")).to_contain_text("на них никто не опирается")
    expect(row).to_contain_text("оспорено: сейчас на это никто не опирается")

    page = goes_to_work(arrives(), OFFICER)
    page.get_by_role("link", name="Оспоренные сведения").click()
    page.get_by_role("link", name=re.compile("статус многодетной семьи", re.I)).click()
    expect(page.locator("main")).to_contain_text("Старшему уже восемнадцать")
    page.get_by_role("button", name="Ответить").click()
    expect(page.get_by_role("alert")).to_contain_text("Выберите один из ответов.")
    page.get_by_label("Сведения верны").check()
    page.get_by_label("Своими словами").fill("По реестру ему семнадцать")
    page.get_by_role("button", name="Ответить").click()
    expect(page.get_by_role("status")).to_contain_text("Ответ дан: сведение снова действует.")
    expect(page.locator("main")).to_contain_text("Здесь ничего не ждёт.")

    theirs.reload()
    expect(row).to_contain_text("да")
    expect(row).not_to_contain_text("оспорено")


def test_a_refusal_is_read_appealed_and_looked_at_by_somebody_else(
    people: dict[str, Any], arrives: Arrives, tmp_path: Path
) -> None:
    resident = arrives(**AXE)
    theirs = opens_an_account(resident, people["poor"][1])
    number = applies_for_aid(theirs)
    officer, colleague = goes_to_work(arrives(), OFFICER), goes_to_work(arrives(), COLLEAGUE)
    opens_in_queue(officer, number)
    proposes_refusal(officer)
    confirms(colleague, number)

    theirs.reload()
    decision = theirs.get_by_role("region", name="Решение")
    expect(decision).to_contain_text("Отказано")
    expect(decision).to_contain_text(TOO_RICH)
    expect(decision).to_contain_text(WHY)
    theirs.get_by_role("link", name="Я не согласен с решением").click()
    assert checks.found(theirs) == []
    texts = {"appeal": resident.context.request.get(theirs.url).text()}
    theirs.get_by_role("button", name="Отправить").click()
    expect(theirs.get_by_role("alert")).to_contain_text("Напишите одно-два предложения.")
    assert checks.found(theirs) == []
    texts["appeal with a mistake"] = theirs.content()
    resident.open(f"/en/mine/cases/{number}/appeal/")
    assert checks.found(theirs) == []
    texts["appeal in English"] = resident.context.request.get(theirs.url).text()
    assert checks.invalid(texts, tmp_path) == ""
    resident.open(f"/ru/mine/cases/{number}/appeal/")
    theirs.get_by_label("Своими словами").fill("Справку приняли, вот её номер: 17.")
    theirs.get_by_role("button", name="Отправить").click()
    expect(theirs.get_by_role("status")).to_contain_text("Жалоба у ведомства: её рассмотрит другой сотрудник.")

    for page in (officer, colleague):
        opens_in_queue(page, number)
        unfolds(page, "Оставить решение в силе")
        page.get_by_role("button", name="Решение остаётся").locator("xpath=..").get_by_label("Своими словами").fill(
            "Да"
        )
        page.get_by_role("button", name="Решение остаётся").click()
        expect(page.get_by_role("status")).to_contain_text("Вы участвовали в решении: жалобу рассмотрит коллега.")

    page = goes_to_work(arrives(), SUPERVISOR)
    opens_in_queue(page, number)
    expect(page.locator("main")).to_contain_text("Справку приняли, вот её номер: 17.")
    unfolds(page, "Оставить решение в силе")
    keep = page.get_by_role("button", name="Решение остаётся")
    keep.locator("xpath=..").get_by_label("Своими словами").fill("Справка не о том годе")
    keep.click()
    expect(page.get_by_role("status")).to_contain_text("Решение остаётся. Человек это увидит.")

    resident.open(f"/ru/mine/cases/{number}/")
    history = theirs.get_by_role("region", name="Что происходило")
    expect(history).to_contain_text("Вы подали жалобу")
    expect(history).to_contain_text("Посмотрели заново: решение остаётся")
    expect(theirs.locator("main .govuk-tag")).to_have_text("отказано")


def test_what_is_due_every_year_is_renewed_without_an_application(city: City, arrives: Arrives) -> None:
    visitor = arrives()
    page = visitor.sign_in(city.name("mother"))
    page.get_by_role("link", name="Сообщения").click()
    expect(page.get_by_role("heading", name=re.compile("продлим его сами")).first).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("продлили без заявления")).first).to_be_visible()
    visitor.open("/ru/mine/cases/")
    expect(page.get_by_role("link", name="Компенсация многодетной семье")).not_to_have_count(0)


def test_a_person_without_a_phone_is_served_at_the_counter(people: dict[str, Any], arrives: Arrives) -> None:
    whom = people["poor"][2]
    clerk = arrives()
    page = goes_to_work(clerk, CLERK)
    page.get_by_label("Документ").select_option(label="СНИЛС")
    page.get_by_label("Его номер").fill(whom["identifiers"]["snils"])
    page.get_by_label("Фамилия").fill("Нетакая")
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_role("alert")).to_contain_text("Нет человека с таким номером и такой фамилией.")
    page.get_by_label("Фамилия").fill(whom["family_name"])
    page.get_by_role("button", name="Найти").click()
    expect(page.locator("main")).to_contain_text(whom["name"])
    page.get_by_role("button", name="Это тот самый человек: начать приём").click()

    banner = page.get_by_role("complementary", name="Приём в окне")
    expect(banner).to_contain_text(whom["name"])
    number = applies_for_aid(page)
    expect(page.locator("main .govuk-tag")).to_have_text("подано")
    banner.get_by_role("button", name="Завершить приём").click()
    expect(page.get_by_role("status")).to_contain_text("Приём завершён.")
    closed = page.goto(f"{clerk.city.base}/ru/mine/cases/{number}/")
    assert closed is not None and closed.status == 403
    expect(banner).to_have_count(0)
    clerk.faults.clear()  # that this page was closed

    resident = arrives()
    theirs = opens_an_account(resident, whom)
    theirs.get_by_role("link", name="Кто это смотрел").click()
    looked = theirs.get_by_role("listitem").filter(has_text="чтобы принять вас в окне").last
    expect(looked).to_contain_text("Центры государственных услуг «Мои документы»")
    looked.locator("summary").click()
    expect(looked.get_by_text("СНИЛС")).to_be_visible()
    resident.open(f"/ru/mine/cases/{number}/")
    expect(theirs.get_by_role("region", name="Что происходило")).to_contain_text("в окне:")


def test_without_javascript_an_official_mends_a_refusal_that_lacks_its_reason(arrives: Arrives) -> None:
    page = goes_to_work(arrives(java_script_enabled=False), OFFICER)
    page.get_by_role("link", name="Ничьи").click()
    page.locator("main .gorod-rows a").last.click()
    unfolds(page, "Отказать")
    page.get_by_label("Что ещё нужно знать человеку").fill(WHY)
    page.get_by_role("button", name="Предложить отказать").click()
    expect(page.get_by_role("alert")).to_contain_text("Причины · Выберите один из ответов.")
    expect(page).to_have_title(re.compile("^Ошибка:"))
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label(TOO_RICH)).to_be_visible()  # the form stays open
    expect(page.get_by_label("Что ещё нужно знать человеку")).to_have_value(WHY)
    page.get_by_label(TOO_RICH).check()
    page.get_by_role("button", name="Предложить отказать").click()
    expect(page.get_by_role("status")).to_contain_text("Предложено: решение подтвердит коллега.")
    expect(page.get_by_role("region", name="Предложенные решения")).to_contain_text(WHY)


def test_with_the_keyboard_alone_from_the_queue_into_the_form_of_a_refusal(arrives: Arrives) -> None:
    page = goes_to_work(arrives(), COLLEAGUE)

    def tabs_to(wanted: str) -> None:
        """Tab until what has the focus says this; it is seen on each of them."""
        for _ in range(60):
            page.keyboard.press("Tab")
            assert page.evaluate(checks.HAS_FOCUS), page.evaluate("document.activeElement.outerHTML")
            text = page.evaluate("(document.activeElement.labels?.[0] || document.activeElement).textContent.trim()")
            if re.fullmatch(wanted, text):
                return
        raise AssertionError(f"no way to {wanted} with the keyboard")

    tabs_to("Перейти к основному содержанию")
    page.keyboard.press("Enter")
    tabs_to(r"20\d\d-\d+-\d")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="На чём основано")).to_be_visible()
    tabs_to("Перейти к основному содержанию")
    page.keyboard.press("Enter")
    tabs_to("Отказать")
    page.keyboard.press("Enter")
    tabs_to(TOO_RICH)
    page.keyboard.press("Space")
    expect(page.get_by_label(TOO_RICH)).to_be_checked()
    tabs_to("Что ещё нужно знать человеку")
    page.keyboard.type(WHY)
    tabs_to("Предложить отказать")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Предложено: решение подтвердит коллега.")
