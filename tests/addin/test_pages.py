"""Today, problems, students and their cards: value by value, for three jurisdictions."""

import csv
import io
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from pathlib import Path

import lxml.html
import pytest
from lxml.html import HtmlElement
from openpyxl import load_workbook

from addin.desk import Desk, close_desk, desk
from addin.jobs import Cancelled, start_job
from rollbook.importers.contract import Coverage
from rollbook.ledger import care, releases
from rollbook.ledger import letters as letter_book
from rollbook.ledger import postings as book
from rollbook.ledger.letters import State
from rollbook.ledger.sheet_entries import CONFLICT, SheetEntry, save_sheet_entry
from rollbook.letters import draft, due_letters
from rollbook.office import Office
from rollbook.register import Enrolment, Guardian, HoldBack, Student
from rollbook.reports.deadlines import due_now
from rollbook.standing import read_standing
from tests.addin.servers import Browser, app_here, browser
from tests.letters.families import school
from tests.offices import NOW, marks, post_extract, roster

FIRST_DAY = date(2026, 9, 1)
CSS = Path("addin/static/css/rollbook.css")
ANA = Student(
    "000123",
    "García",
    "Ana",
    state_id="S7010000078",
    birth_date=date(2012, 3, 2),
    grade="9",
    form="9B",
    language="es",
)
BO = Student("000124", "<script>alert(1)</script>", "Bo", grade="9", form="9B")
CY = Student("000125", "=cmd|' /C calc'!A0", "Cy", grade="9", form="9B")
ROSA = Guardian("000123", "Rosa García", "mother", "12 Elm St", "Waco", "TX", "76701",
                phone="254-555 0101", language="es")  # fmt: skip
LUIS = Guardian("000123", "Luis O’Neil", "father", "5 Oak Rd", "Waco", "TX", "76701",
                court_order=True, order=2)  # fmt: skip
MONDAY, TUESDAY, WEDNESDAY = "2026-11-16", "2026-11-17", "2026-11-18"
LAST = "2026-11-20"
Row = tuple[str, str, str, str]


def english_rows(student: str) -> list[Row]:
    """A week, Monday to Friday: ill on Monday morning, away on Tuesday, late on Wednesday."""
    odd = {(MONDAY, "AM"): "I", (TUESDAY, "PM"): "O", (WEDNESDAY, "AM"): "L", (LAST, "PM"): "#"}
    days = [f"2026-11-{number}" for number in range(16, 21)]
    usual = {"AM": "/", "PM": "\\"}
    return [
        (student, day, part, odd.get((day, part), usual[part])) for day in days for part in usual
    ]


@dataclass(frozen=True)
class Place:
    """A jurisdiction, the marks of Ana there, and what the calendar of her card must say."""

    jurisdiction: str
    rows: Sequence[Row]
    unusual: Sequence[tuple[str, str, str]]
    fields: int
    rate: str
    parts: tuple[str, ...] = ()


PLACES = {
    "gb-eng": Place(
        "gb-eng",
        english_rows("000123"),
        [
            (MONDAY, "AM", "authorised"),
            (TUESDAY, "PM", "unauthorised"),
            (LAST, "PM", "not possible"),
        ],
        10,
        "77.8 % of sessions",
    ),
    "us-tx": Place(
        "us-tx",
        [
            ("000123", MONDAY, "P2", "E"),
            ("000123", TUESDAY, "P2", "U"),
            ("000123", WEDNESDAY, "P5", "U"),
        ],
        [(MONDAY, "", "authorised"), (TUESDAY, "", "unauthorised")],
        5,
        "60.0 % of days",
        tuple(f"P{number}" for number in range(1, 8)),
    ),
    "us-ca": Place(
        "us-ca",
        [("000123", MONDAY, "DAY", "I"), ("000123", TUESDAY, "DAY", "U")],
        [(MONDAY, "", "authorised"), (TUESDAY, "", "unauthorised")],
        5,
        "60.0 % of days",
        ("DAY",),
    ),
}


def open_office(root: Path, place: Place) -> Office:
    """Three students, a week of marks, one row of somebody nobody knows, one refused file."""
    office = school(root, place.jurisdiction, clerk="Office clerk")
    everyone = (ANA, BO, CY)
    stretches = [Enrolment(one.student_id, FIRST_DAY) for one in everyone]
    post_extract(office, roster(everyone, [ROSA, LUIS], stretches), "roster.csv")
    rows = [*place.rows, ("999999", MONDAY, place.rows[0][2], place.rows[0][3])]
    if place.parts:
        covered = Coverage("", date(2026, 11, 16), date(2026, 11, 20), place.parts)
        extract = marks(rows, negative=True, coverage=(covered,))
    else:
        extract = marks(rows)
    post_extract(office, extract, "week.csv")
    (office.folders.refused / "old.csv").write_text("x", encoding="utf-8")
    (office.folders.refused / "old.csv.why.txt").write_text(
        "old.csv was not posted.\r\n\r\nNobody in it is known here.\r\n\r\nReason: nobody\r\n",
        encoding="utf-8-sig",
    )
    return office


@pytest.fixture(params=PLACES, scope="module")
def place(request: pytest.FixtureRequest) -> Place:
    return PLACES[request.param]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, place: Place) -> Path:
    office = open_office(tmp_path_factory.mktemp(place.jurisdiction), place)
    office.ledger.close()
    return office.folders.root


@pytest.fixture
def ask(made: Path, tmp_path: Path) -> Iterator[Browser]:
    """A browser at a server of an office of its own."""
    root = shutil.copytree(made, tmp_path / "with spaces")
    found = browser(app_here(root))
    desk().now = lambda: NOW
    yield found
    close_desk()


def here() -> Desk:
    return desk()


def page(ask: Browser, path: str, status: int = 200) -> HtmlElement:
    answer = ask.get(path)
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["cache-control"].startswith("no-store")
    return lxml.html.fromstring(answer.text)


def text(element: HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def lines(document: HtmlElement, part: str) -> dict[str, int]:
    """The counts of one part of Today, by what they count."""
    found = {}
    for line in document.xpath(f"//section[@aria-labelledby='{part}']//span[@class='line']"):
        number = line.xpath("./strong")[0]
        found[" ".join(str(number.tail).split())] = int(text(number).replace(",", ""))
    return found


def rows_of(document: HtmlElement, table: str) -> list[list[str]]:
    return [
        [text(cell) for cell in row.xpath("./td")]
        for row in document.xpath(f"//table[@id='{table}']/tbody/tr")
    ]


# --- today -------------------------------------------------------------------------------------


def test_today_counts_what_the_ledger_holds(ask: Browser) -> None:
    office, standing = here().office, here().standing
    draft(office, read_standing(office), NOW)
    document = page(ask, "/today")
    with office.ledger.read() as connection:
        held = len(book.held_rows(connection))
        log = letter_book.letters(connection)
        files = [one.file for one in reversed(book.postings(connection))]
    counted = lines(document, "held")
    assert held == 1
    assert counted["row of a file"] == held
    assert counted["file refused"] == 1
    states = [one.state for one in log]
    assert counted.get("letters", counted.get("letter", 0)) == states.count(State.HELD)
    due = due_letters(office, standing, log)
    counted = lines(document, "due")
    wanted = {
        "to prepare": sum(one.ready for one in due),
        "due, but must wait": sum(not one.ready for one in due),
        "to look through and approve": states.count(State.PREPARED),
    }
    for words, number in wanted.items():
        assert sum(n for says, n in counted.items() if says.endswith(words)) == number, words
    late = [one for one in due_now(standing) if one.is_overdue]
    assert lines(document, "overdue").get("overdue", 0) == len(late)
    named = document.xpath("//section[@aria-labelledby='came-in']//ul[@class='named']//a")
    assert [text(one) for one in named] == files


def test_every_line_of_today_leads_to_a_page_that_is_there(ask: Browser) -> None:
    document = page(ask, "/today")
    links = {one.get("href") for one in document.xpath("//main//a")}
    assert links
    for link in links:
        page(ask, link.partition("#")[0])


def test_new_flags_are_those_of_the_last_school_days(ask: Browser) -> None:
    standing = here().standing
    new = [one for one in standing.findings() if one.crossed_on >= date(2026, 11, 16)]
    document = page(ask, "/today")
    assert sum(lines(document, "flagged").values()) == len({one.student_id for one in new})
    if new:
        assert len(rows_of(page(ask, "/today/flags"), "list")) == len(new)


def test_the_letters_due_are_listed_with_why_some_wait(ask: Browser) -> None:
    office, standing = here().office, here().standing
    with office.ledger.read() as connection:
        log = letter_book.letters(connection)
    due = due_letters(office, standing, log, NOW.date())
    shown = rows_of(page(ask, "/today/letters"), "list")
    assert [(row[0], row[3], row[4]) for row in shown] == [
        (one.student.student_id, one.guardian.name, "ready" if one.ready else "held") for one in due
    ]


# --- problems ----------------------------------------------------------------------------------


def test_problems_say_which_row_is_held_and_what_to_do(ask: Browser, place: Place) -> None:
    document = page(ask, "/problems")
    (row,) = rows_of(document, "held-table")
    assert row[0] == "week.csv"
    assert row[1] == str(len(place.rows) + 2)
    assert row[2] == "999999"
    assert row[5] == place.rows[0][3]
    with here().office.ledger.read() as connection:
        assert row[7] == book.held_rows(connection)[0]["message"]
    assert rows_of(document, "refused-table")[0][0] == "old.csv"
    assert rows_of(document, "refused-table")[0][2] == "Nobody in it is known here."
    waiting = rows_of(document, "waiting-table")
    assert [row[0] for row in waiting] == [
        "Working out attendance and flags", "Preparing letters", "Updating workbooks",
    ] * 2  # fmt: skip


def test_a_conflict_with_a_workbooks_log_stands_on_today_and_says_how_it_is_settled(
    ask: Browser,
) -> None:
    entry = SheetEntry("workbooks/T.xlsx", "Log!G2", "L-1 state", {"state": "void"}, CONFLICT)
    with here().office.ledger.write() as connection:
        kept = save_sheet_entry(connection, replace(entry, about="L-1", note="It is mailed."))
    (row,) = rows_of(page(ask, "/problems"), "conflicts-table")
    assert row[:4] == ["T.xlsx", "Log!G2", "L-1", "It is mailed."]
    assert row[4].endswith(f"settle {kept.id} --take ledger")
    assert "against the ledger" in ask.get("/today").text


def test_a_table_is_downloaded_as_it_is_shown(ask: Browser) -> None:
    shown = rows_of(page(ask, "/problems"), "held-table")
    answer = ask.get("/problems/held.csv")
    read = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
    assert [(row[0], row[1], row[2], row[7]) for row in read] == [
        (row[0], row[1], row[2], row[7]) for row in shown
    ]
    sheet = load_workbook(io.BytesIO(ask.get("/problems/held.xlsx").content)).active
    assert sheet is not None
    (cells,) = list(sheet.iter_rows(min_row=4, values_only=True))
    assert [str(cells[0]), str(cells[1]), str(cells[2]), cells[7]] == [
        shown[0][0], shown[0][1], shown[0][2], shown[0][7],
    ]  # fmt: skip
    assert "attachment" in answer.headers["content-disposition"]


# --- students ----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["gar", "GARCIA", "ana garc", "000123", "123", "s701", "é ana"])
def test_a_student_is_found_by_name_id_or_state_id(ask: Browser, typed: str) -> None:
    if typed == "é ana":
        typed = "ia ana"
    for path, begin in (("/students/search", "/students/"), ("/pane/search", "/pane/student/")):
        answer = ask.get(path, params={"q": typed})
        found = lxml.html.fromstring(answer.text).xpath("//li/a")
        assert f"{begin}000123" in [one.get("href") for one in found], answer.text


def test_nobody_found_is_said(ask: Browser) -> None:
    assert "No student fits “qqq”" in ask.get("/pane/search", params={"q": "qqq"}).text


def test_the_card_says_rate_guardians_and_cautions(ask: Browser, place: Place) -> None:
    with here().office.ledger.write() as connection:
        care.save_hold_back(
            connection, HoldBack("000123", "bereavement", date(2026, 11, 1)), NOW.isoformat()
        )
    for path in ("/students/000123", "/pane/student/000123"):
        document = page(ask, path)
        assert text(document.xpath("//h1")[0]) == "Ana García"
        assert text(document.xpath("//p[@class='rate']/strong")[0]) == place.rate
        notices = [text(one) for one in document.xpath("//p[contains(@class, 'notice')]")]
        assert notices[0] == "Court order: Nothing goes to Luis O’Neil."
        assert notices[1].startswith("Hold back: Bereavement since ")
        assert document.xpath("//a[@href='tel:254-5550101']")
        assert "Spanish" in text(document)


def test_the_calendar_has_a_field_for_each_session_of_the_right_category(
    ask: Browser, place: Place
) -> None:
    document = page(ask, "/students/000123")
    fields = [
        (one.get("data-day"), one.get("data-part"), one.get("data-category"))
        for one in document.xpath("//*[local-name()='g'][@class='field']")
    ]
    assert len(fields) == place.fields == len(set(fields))
    assert [one for one in fields if one[2] != "present"] == list(place.unusual)
    titles = [text(one) for one in document.xpath("//*[local-name()='g']/*[local-name()='title']")]
    assert len(titles) == place.fields
    assert all("present" in one or "absence" in one or "not possible" in one for one in titles)


def test_the_calendar_adds_up_to_the_figures(ask: Browser) -> None:
    document = page(ask, "/students/000123")
    figures = here().standing.attendance("000123")
    kinds = document.xpath("//*[local-name()='g']/@data-category")
    assert kinds.count("present") == figures.present
    assert kinds.count("authorised") == figures.authorised
    assert kinds.count("unauthorised") == figures.unauthorised
    assert kinds.count("missing") == figures.missing


def test_a_day_with_a_missed_period_is_marked_although_it_counts_as_attended(
    ask: Browser, place: Place
) -> None:
    day = "//*[local-name()='g'][@data-day='2026-11-18']"
    written = page(ask, "/students/000123").xpath(f"{day}/*[local-name()='text']")
    shown = [text(one) for one in written]
    assert shown == {"gb-eng": ["L"], "us-tx": ["•"], "us-ca": []}[place.jurisdiction]


def test_every_mark_behind_a_flag_is_shown(ask: Browser) -> None:
    explained = [one for one in here().standing.explain("000123") if one.crossed]
    document = page(ask, "/students/000123")
    links = document.xpath("//section[@aria-labelledby='card-found']//a/@href")
    assert len(links) == len(explained)
    for link, one in zip(links, explained, strict=True):
        shown = page(ask, link)
        assert text(shown.xpath("//h1")[0]) == one.title
        assert one.sentence in text(shown)
        assert len(rows_of(shown, "why")) == len(one.marks)


def test_a_rule_crossed_in_several_classes_has_one_heading(ask: Browser, place: Place) -> None:
    headings = page(ask, "/students/000123").xpath("//section[@aria-labelledby='card-found']//h3")
    titles = [text(one) for one in headings]
    rules = {one.trigger for one in here().standing.explain("000123") if one.crossed}
    assert len(titles) == len(rules)
    assert ("Class attendance below 90 %: P2, P5" in titles) == (place.jurisdiction == "us-tx")


def test_an_unknown_student_is_answered_in_a_sentence(ask: Browser) -> None:
    for path in ("/students/123", "/pane/student/123", "/pane/request/enrolment/123"):
        document = page(ask, path, 404)
        assert "No student has the id “123”. Did you mean 000123?" in text(document)


@pytest.mark.parametrize("student", [BO, CY])
def test_odd_names_are_text_and_nothing_else(ask: Browser, student: Student) -> None:
    document = page(ask, f"/students/{student.student_id}")
    assert text(document.xpath("//h1")[0]) == student.name
    assert not document.xpath("//script[not(@src)]")
    found = ask.get("/pane/search", params={"q": "bo" if student is BO else "cy"}).text
    assert "<script" not in found
    assert student.sort_name in unescape(found)


# --- contacts ----------------------------------------------------------------------------------


def entries(document: HtmlElement) -> list[str]:
    return [text(one) for one in document.xpath("//section[@aria-labelledby='log']//ul/li")]


def test_a_contact_is_logged_shown_at_once_and_taken_back(ask: Browser) -> None:
    said = {"contact": "no-answer", "note": "Line busy", "guardian": "Rosa García"}
    answer = ask.post("/pane/student/000123/log", data=said)
    (entry,) = entries(lxml.html.fromstring(answer.text))
    assert entry.startswith("Call with or to Rosa García,")
    assert "No answer. Line busy" in entry
    with here().office.ledger.read() as connection:
        (action,) = care.actions(connection, "000123")
        owed = {row["work"] for row in book.owed(connection)}
    assert (action.kind, action.day, action.note, action.by) == (
        "call", NOW.date(), "No answer. Line busy", "Office clerk",
    )  # fmt: skip
    assert {book.ASSESS, book.LETTERS, book.WORKBOOKS} <= owed
    answer = ask.post(f"/pane/student/000123/strike/{action.number}")
    assert entries(lxml.html.fromstring(answer.text)) == []
    assert "Taken back: call." in answer.text
    with here().office.ledger.read() as connection:
        assert care.actions(connection, "000123") == []


def test_on_a_page_logging_leads_back_to_the_card(ask: Browser) -> None:
    answer = ask.post("/students/000123/log", data={"contact": "meeting"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/students/000123#log")
    assert entries(page(ask, "/students/000123"))[0].startswith("Meeting,")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, "Choose what was done"),
        ({"contact": "spoke", "guardian": "Somebody Else"}, "is no guardian of Ana García"),
        ({"contact": "spoke", "day": "2027-01-05"}, "is still to come"),
        ({"contact": "spoke", "day": "yesterday"}, "Choose a day"),
        ({"contact": "other", "other": "plan", "until": "2026-11-01"}, "cannot be over"),
    ],
)
def test_what_cannot_be_logged_is_said_and_not_logged(
    ask: Browser, said: dict[str, str], why: str
) -> None:
    answer = ask.post("/pane/student/000123/log", data=said)
    assert why in unescape(answer.text)
    with here().office.ledger.read() as connection:
        assert care.actions(connection, "000123") == []


def test_an_entry_about_another_student_is_not_taken_back(ask: Browser) -> None:
    ask.post("/pane/student/000124/log", data={"contact": "email"})
    with here().office.ledger.read() as connection:
        (action,) = care.actions(connection)
    answer = ask.post(f"/pane/student/000123/strike/{action.number}")
    assert "about another student" in answer.text
    with here().office.ledger.read() as connection:
        assert care.actions(connection) == [action]


# --- documents, jobs ---------------------------------------------------------------------------


def test_a_document_is_asked_for_and_issued(ask: Browser) -> None:
    form = page(ask, "/pane/request/enrolment/000123")
    asked = set(form.xpath("//form//@name"))
    assert {"key", "purpose", "requested_by", "released_to"} <= asked
    said = {"key": "k1", "purpose": "Bus pass", "requested_by": "parent", "released_to": ""}
    asked_again = lxml.html.fromstring(
        ask.post("/pane/request/enrolment/000123", data=said).text
    )  # there is a court order
    assert "consent_by" in asked_again.xpath("//form//@name")
    kept = {one.get("name"): one.get("value") for one in asked_again.xpath("//input")}
    assert (kept["purpose"], kept["requested_by"]) == ("Bus pass", "parent")
    said |= {"consent_by": "mother", "consent_day": "2026-11-10"}
    answer = ask.post("/pane/request/enrolment/000123", data=said)
    again = ask.post("/pane/request/enrolment/000123", data=said)
    links = [
        lxml.html.fromstring(one.text).xpath("//a[@class='button']/@href")
        for one in (answer, again)
    ]
    with here().office.ledger.read() as connection:
        documents = releases.verifications(connection)
    assert [one.purpose for one in documents] == ["Bus pass"]
    assert links == [[f"/documents/file/{documents[0].serial}"]] * 2


def test_a_document_that_cannot_be_issued_says_why_and_has_no_form(ask: Browser) -> None:
    document = page(ask, "/pane/request/enrolment/000124")
    assert "cannot be issued yet" in text(document)
    assert not document.xpath("//form")


def test_an_unknown_document_is_said(ask: Browser) -> None:
    assert "There is no document “passport” here." in text(
        page(ask, "/pane/request/passport/000123", 404)
    )


def test_a_clerk_sees_and_stops_their_own_jobs_only(ask: Browser, place: Place) -> None:
    mine = start_job(f"mine-{place.jurisdiction}", "Prepare letters", "")
    start_job(f"theirs-{place.jurisdiction}", "Prepare letters", "Kim")
    assert ask.get(f"/jobs/{mine.id}").json()["title"] == "Prepare letters"
    assert ask.get(f"/jobs/theirs-{place.jurisdiction}").status_code == 404
    assert ask.post(f"/jobs/theirs-{place.jurisdiction}/cancel").status_code == 404
    assert ask.post(f"/jobs/{mine.id}/cancel").status_code == 200
    with pytest.raises(Cancelled):
        mine.step("on")


# --- how it looks ------------------------------------------------------------------------------


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_keeps_its_contrast_in_light_and_dark() -> None:
    css = CSS.read_text(encoding="utf-8")
    light = colours(css[css.index(":root {") : css.index("}")])
    by_theme = css[css.index(':root[data-theme="dark"] {') :]
    dark = colours(by_theme[: by_theme.index("}")])
    by_system = css[css.index("@media (prefers-color-scheme: dark)") :]
    assert colours(by_system[: by_system.index("}")]) == dark
    for theme in (light, dark):
        for paper in ("paper", "raised", "watch", "act", "urgent"):
            assert contrast(theme["ink"], theme[paper]) >= 4.5, paper
        for paper in ("paper", "raised"):
            assert contrast(theme["accent"], theme[paper]) >= 4.5, paper
            assert contrast(theme["quiet"], theme[paper]) >= 4.5, paper
            assert contrast(theme["edge"], theme[paper]) >= 3, paper
        assert contrast(theme["on-accent"], theme["accent"]) >= 4.5
        for state in ("watch", "act", "urgent"):
            assert contrast(theme[f"bar-{state}"], theme["paper"]) >= 3, state
    assert (
        ":is(.watch, .act, .urgent) a {\n  color: var(--ink);" in css
    )  # the accent is too pale there
    assert (light["ink"], light["accent"]) == ("#1d2733", "#1f5fa8")


PATHS = ("/today", "/problems", "/students?q=a", "/students/000123", "/today/postings",
         "/today/deadlines", "/students/000123/request/enrolment", "/taskpane.html")  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_marked_up_for_everybody(ask: Browser, path: str) -> None:
    answer = ask.get(path)
    document = lxml.html.fromstring(answer.text)
    assert complaints_about(document) == []


def complaints_about(document: HtmlElement) -> list[str]:
    """What a screen reader or the content security policy would stumble over."""
    found = []
    shown = document.xpath("//h1[not(ancestor::*[@hidden])]")
    if len(shown) != 1:
        found.append(f"{len(shown)} headings of the first level")
    levels = [int(one.tag[1]) for one in document.xpath("//h1|//h2|//h3|//h4")]
    found += [f"h{a} then h{b}" for a, b in zip(levels, levels[1:], strict=False) if b > a + 1]
    for field in document.xpath("//input[not(@type='hidden')]|//select|//textarea"):
        labelled = document.xpath("//label[@for=$id]", id=field.get("id") or "-")
        if not (labelled or field.xpath("ancestor::label")):
            found.append(f"no label for {field.get('name') or field.get('id')}")
    for drawing in document.xpath("//*[local-name()='svg']"):
        if not (drawing.get("aria-label") or drawing.get("aria-hidden") == "true"):
            found.append("a drawing without words")
    found += [f"empty {one.tag}" for one in document.xpath("//a|//button") if not text(one)
              and not one.get("aria-label")]  # fmt: skip
    ids = document.xpath("//@id")
    found += [f"id {one} twice" for one in set(ids) if ids.count(one) > 1]
    if document.xpath("//script[not(@src) and not(@type='application/json')]"):
        found.append("a script inside the page")
    if document.xpath("//*[@style]|//style|//@onclick"):
        found.append("a style or handler inside the page")
    return found
