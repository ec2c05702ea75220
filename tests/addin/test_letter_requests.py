"""A letter asked for on a student's card: its questions as a form, and what became of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
from lxml.html import HtmlElement

from addin.desk import close_desk, desk
from rollbook.ledger.letters import Letter, State
from tests.addin.servers import Browser, app_here, browser
from tests.letters.families import ANA, LUIS, ROSA, absences, enrol, log, school
from tests.offices import NOW

SARB = "/pane/request/ca-sarb/000123"
FACTS = {
    "key": "k",
    "meeting_date": "2026-12-03",
    "meeting_time": "2:30 pm",
    "meeting_place": "Room 4",
    "meeting_who": "",
    "board_name": "Sereno Attendance Review Board",
    "board_address": "12 Court St, Waco",
    "reason_given": "Three reports of truancy",
    "reason_given:es": "Tres informes de ausencias",
}


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Browser]:
    office = school(tmp_path / "with spaces", "us-ca", clerk="Office clerk")
    enrol(office, ANA, (ROSA, replace(LUIS, language="es")))
    absences(office, ["2026-10-06", "2026-11-03"], ("DAY",))
    office.ledger.close()
    found = browser(app_here(office.folders.root))
    desk().now = lambda: NOW
    yield found
    close_desk()


def letters() -> list[Letter]:
    return log(desk().office)


def text(answer: HtmlElement) -> str:
    return " ".join(answer.text_content().split())


def posted(ask: Browser, path: str, **changed: str) -> HtmlElement:
    return lxml.html.fromstring(ask.post(path, data=FACTS | changed).text)


def test_the_card_offers_the_letters_of_the_place(ask: Browser) -> None:
    card = lxml.html.fromstring(ask.get("/pane/student/000123").text)
    links = card.xpath("//section[@aria-labelledby='card-write']//a/@href")
    assert [link.split("/")[3] for link in links] == ["ca-sarb", "ca-fail", "improvement"]


def test_the_form_asks_each_fact_and_a_sentence_in_the_language_of_each_family(
    ask: Browser,
) -> None:
    form = lxml.html.fromstring(ask.get(SARB).text)
    assert set(FACTS) == set(form.xpath("//form//@name"))
    assert "The same in Spanish" in text(form)
    assert not form.xpath("//*[@name='meeting_who']/@required")


def test_the_letters_are_written_and_wait_for_approval(ask: Browser) -> None:
    answer = posted(ask, SARB)
    assert "2 letters written." in text(answer)
    assert answer.xpath("//a[@class='button']/@href") == ["/letters"]
    assert [(one.trigger, one.language, one.state) for one in letters()] == [
        ("ca-sarb", "en", State.PREPARED),
        ("ca-sarb", "es", State.PREPARED),
    ]


def test_what_is_left_open_is_asked_again_and_nothing_written(ask: Browser) -> None:
    answer = posted(ask, SARB, board_name=" ")
    assert "Nothing is written yet" in text(answer)
    assert answer.xpath("//input[@type!='hidden' or not(@type)]/@name") == ["board_name"]
    assert not letters()


def test_the_same_letter_twice_has_to_be_meant(ask: Browser) -> None:
    posted(ask, SARB)
    answer = posted(ask, SARB)
    assert "is the same letter to Rosa García, written today" in text(answer)
    assert len(letters()) == 2
    posted(ask, SARB, again="no")
    assert len(letters()) == 2
    posted(ask, SARB, again="yes")
    assert len(letters()) == 4


def test_why_a_letter_cannot_be_written_is_said(ask: Browser) -> None:
    answer = posted(ask, SARB, meeting_time="noonish")
    assert "“noonish” is no time of day" in text(answer)
    thanks = lxml.html.fromstring(ask.post("/pane/request/improvement/000123", data={}).text)
    assert "There is no improvement to thank for" in text(thanks)


def test_the_list_names_the_letter_and_who_asked(ask: Browser) -> None:
    posted(ask, SARB)
    said = text(lxml.html.fromstring(ask.get("/letters").text))
    assert "Referral to the attendance review board" in said
