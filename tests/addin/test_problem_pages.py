"""The page of problems: a file unlike the last of its kind is shown, and posted by one yes."""

import time
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest

from addin.desk import close_desk, desk
from rollbook.ledger import postings as book
from tests.addin.servers import HERE, Browser, app_here, browser
from tests.dropping import drop, office_folder, opened
from watcher.rounds import once

PUPILS = "Pupil ID,Surname,Forename,Year Group\n" + "".join(
    f"{number:06},Family{number},Given,9\n" for number in range(1, 41)
)
PATIENCE = 60.0


def week(day: int, extra: str = "") -> str:
    """A morning's register of forty pupils; ``extra`` is one column more."""
    head = f"Pupil ID,Date,Session,Mark{extra and ',' + extra}\n"
    more = ",x" if extra else ""
    return head + "".join(f"{n:06},2026-11-{day:02},AM,/{more}\n" for n in range(1, 41))


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Browser]:
    """A school with a day's register posted, and a file that waits for a yes."""
    root = office_folder(tmp_path / "an office")
    office = opened(root)
    drop(root, "pupils.csv", PUPILS)
    drop(root, "monday.csv", week(2))
    once(office)
    drop(root, "tuesday & co.csv", week(3, "Teacher"))
    once(office)
    office.ledger.close()
    yield browser(app_here(root))
    close_desk()


def posted() -> list[str]:
    with desk().office.ledger.read() as connection:
        return [one.file for one in book.postings(connection)]


def look(ask: Browser) -> str:
    """Return what the page says of the look of the file that waits."""
    page = lxml.html.fromstring(ask.get("/problems").text)
    return str([*page.xpath("//input[@name='look']/@value"), ""][0])


def send(ask: Browser, file: str, seen: str | None = None) -> str:
    """Say yes to a file as it was seen; return the page as it is when the work has ended."""
    data = {"file": file, "look": look(ask) if seen is None else seen}
    sent = ask.post("/problems/accept", data=data, headers={"origin": HERE})
    assert sent.status_code == 303, sent.text
    place = sent.headers["location"]
    until = time.monotonic() + PATIENCE
    while "HX-Redirect" not in ask.get(f"/problems/job/{place.partition('job=')[2]}").headers:
        assert time.monotonic() < until
    return ask.get(place).text


def test_a_file_that_waits_is_shown_with_its_differences_and_not_as_refused(ask: Browser) -> None:
    page = lxml.html.fromstring(ask.get("/problems").text)
    (section,) = page.xpath("//section[@id='unlike']")
    assert section.xpath(".//strong/text()") == ["tuesday & co.csv"]
    assert section.xpath(".//li/text()") == ["New column: “Teacher”."]
    assert "No file is refused." in page.text_content()
    assert "unlike the last export" in ask.get("/today").text
    assert "New column" in ask.get("/problems/unlike.csv").text


def test_one_yes_posts_it_and_a_second_does_nothing(ask: Browser) -> None:
    page = send(ask, "tuesday & co.csv")
    assert "1 file posted: tuesday &amp; co.csv." in page
    assert posted() == ["pupils.csv", "monday.csv", "tuesday & co.csv"]
    assert 'id="unlike"' not in ask.get("/problems").text
    assert "does not wait for a yes any more" in send(ask, "tuesday & co.csv")
    assert len(posted()) == 3


def test_a_yes_is_not_for_another_file_that_took_the_name_since(ask: Browser) -> None:
    seen, name = look(ask), "tuesday & co.csv"
    refused = desk().office.folders.refused
    (refused / name).unlink()
    drop(refused.parent, name, week(4, "Room"))
    once(desk().office)
    assert (refused / name).is_file()
    assert "has changed since this page was shown" in send(ask, name, seen)
    assert posted() == ["pupils.csv", "monday.csv"]
    assert "1 file posted" in send(ask, name)


@pytest.mark.parametrize("file", ["../office.toml", "pupils.csv"])
def test_only_a_file_that_waits_is_taken(ask: Browser, file: str) -> None:
    assert "does not wait for a yes any more" in send(ask, file)
    assert len(posted()) == 2


def test_a_file_with_a_question_stands_apart_from_those_refused(ask: Browser) -> None:
    office = desk().office
    drop(office.folders.root, "which.csv", week(2).replace("2026-11-02", "03/11/2026"))
    drop(office.folders.root, "broken.csv", "nothing,known\n1,2\n")
    once(office)
    page = lxml.html.fromstring(ask.get("/problems").text)
    [asked], [refused] = page.xpath("//div[@id='asked']"), page.xpath("//div[@id='refused']")
    assert "which.csv" in asked.text_content() and "day_first=yes" in asked.text_content()
    assert "broken.csv" in refused.text_content() and "which.csv" not in refused.text_content()
    assert "with a question" in ask.get("/today").text
