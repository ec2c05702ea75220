"""Texts for the school's own system: whom they go to, what they say, how they are written."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rollbook.ledger.deliveries import deliveries
from rollbook.ledger.letters import Letter, State
from rollbook.letters import step
from rollbook.letters.messages import (
    MessageList,
    dialled,
    message_list,
    note_texted,
    parts_of,
    texted,
)
from rollbook.office import Office
from rollbook.register import Guardian, Student
from rollbook.standing import Standing, read_standing
from tests.letters.families import ANA, ROSA, SEPTEMBER, absences, draft, enrol, school
from tests.offices import NOW

ROSA_AT = replace(ROSA, phone="512-555-0142")
FIELDS = {
    "student_first_name": "Ana",
    "student_name": "Ana García",
    "days_missed": "9 days",
    "days_missed_number": "9",
    "period_from": "September 1, 2026",
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = school(tmp_path_factory.mktemp("texts"))
    enrol(office, ANA, [ROSA_AT])
    return office


def letter(number: int = 1, language: str = "en", **fields: Any) -> Letter:
    about = fields.pop("student_id", ANA.student_id)
    name = fields.pop("name", ROSA.name)
    return Letter(f"L-2026-{number:05}", about, "tx-tru3", "", {"name": name}, language, "tx-tru3",
                  "", FIELDS | fields, [], "2026-27", date(2026, 11, 20))  # fmt: skip


def listed(
    office: Office, *letters: Letter, roster: Any = None, plain: bool = False
) -> MessageList:
    standing = replace(standing_of(office), guardians=roster or {ANA.student_id: [ROSA_AT]})
    return message_list(office, standing, letters, plain=plain)


def standing_of(office: Office) -> Standing:
    return read_standing(office)


def test_a_text_says_the_days_and_whom_to_call_and_only_the_first_name(office: Office) -> None:
    [message] = listed(office, letter()).messages
    assert message.phone == "+15125550142"
    assert message.text == (
        "Oak & Ash School: Ana has missed 9 days of school since September 1, 2026. "
        "We are writing to you about it. Please call Rosa Dellmere, 01632 960101."
    )
    assert message.parts == 1
    assert "García" not in message.text


def test_in_spanish_it_keeps_its_accents_unless_they_are_to_go(office: Office) -> None:
    spanish = letter(language="es", days_missed="9 días", period_from="1 de septiembre de 2026")
    [message] = listed(office, spanish).messages
    assert "ha faltado 9 días a la escuela desde el 1 de septiembre de 2026" in message.text
    assert (message.language, message.parts) == ("es", 2)
    [message] = listed(office, spanish, plain=True).messages
    assert "ha faltado 9 dias a la escuela" in message.text
    assert message.parts == 1


def test_a_long_school_name_costs_the_lesser_words_first(office: Office) -> None:
    settings = office.settings.model_copy(
        update={"name": "Our Lady of the Seven Rivers Preparatory School of Waco"}
    )
    [message] = listed(replace(office, settings=settings), letter()).messages
    assert message.parts == 1
    assert message.text.endswith("September 1, 2026. Please call 01632 960101.")


def test_a_half_day_and_curly_signs_are_written_as_every_telephone_has_them(
    office: Office,
) -> None:
    [message] = listed(
        office, letter(days_missed="4½ days", student_first_name="D’Arcy\u00a0Jo\r\n=1+1")
    ).messages
    assert "D'Arcy Jo has missed 4.5 days" in message.text
    assert message.parts == 1


def test_a_letter_without_days_missed_names_nobody(office: Office) -> None:
    for said in ({"days_missed_number": "0"}, {"period_from": ""}, {"withdrawn_serial": "L-1"}):
        [message] = listed(office, letter(**said)).messages
        assert "Ana" not in message.text
        assert "We are writing to you about school attendance." in message.text


def test_letters_to_one_telephone_are_one_message(office: Office) -> None:
    ben = Student("000124", "García", "Ben")
    roster = {
        ANA.student_id: [ROSA_AT],
        ben.student_id: [replace(ROSA_AT, student_id="000124", phone="(512) 555-0142")],
    }
    older = letter(1, days_missed="3 days", days_missed_number="3")
    other = letter(3, student_id="000124", student_first_name="Ben", days_missed="1 day",
                   days_missed_number="1")  # fmt: skip
    [message] = listed(office, older, letter(2), other, roster=roster).messages
    assert list(message.serials) == ["L-2026-00001", "L-2026-00002", "L-2026-00003"]
    assert message.text.count("Ana has missed 9 days") == 1
    assert message.text.count("Ben has missed 1 day ") == 1
    assert "3 days" not in message.text


def test_a_message_is_in_one_language_though_the_letters_are_in_two(office: Office) -> None:
    spanish = replace(letter(2), language="es")
    found = listed(office, letter(1), spanish).messages
    assert sorted(one.language for one in found) == ["en", "es"]
    assert [len(one.serials) for one in found] == [1, 1]


def test_no_text_tells_one_family_about_the_child_of_another(office: Office) -> None:
    ben = Student("000124", "Swinden", "Ben")
    hector = replace(ROSA_AT, student_id="000124", name="Hector Swinden", street="4 Elm St")
    other = letter(3, student_id="000124", student_first_name="Ben")
    other = replace(other, guardian={**other.guardian, "name": hector.name})
    roster = {ANA.student_id: [ROSA_AT], ben.student_id: [hector]}
    found = listed(office, letter(1), other, roster=roster)
    assert found.messages == []
    assert all("stands for people at 2 homes" in why for _, why in found.without)


@pytest.mark.parametrize(
    ("guardians", "why"),
    [
        ([ROSA], "has no telephone"),
        ([], "is not on the roster"),
        ([replace(ROSA_AT, gets_letters=False)], "may not have letters"),
        ([ROSA_AT, replace(ROSA_AT, court_order=True)], "may not have letters"),
        (
            [ROSA_AT, *(replace(ROSA_AT, name=f"N{n}", street=f"{n} Elm") for n in range(3))],
            "stands for people at 4 homes",
        ),
    ],
)
def test_whom_no_text_goes_to_is_said(office: Office, guardians: list[Guardian], why: str) -> None:
    found = listed(office, letter(), roster={ANA.student_id: guardians})
    assert found.messages == []
    [(_, said)] = found.without
    assert why in said


@pytest.mark.parametrize(
    ("phone", "locale", "number"),
    [
        ("512-555-0142", "en_US", "+15125550142"),
        ("1 (512) 555 0142", "en_US", "+15125550142"),
        ("+1 512 555 0142", "en_US", "+15125550142"),
        ("555-0142", "en_US", "555-0142"),
        ("512-555-0142 ext. 3", "en_US", "512-555-0142 ext. 3"),
        ("112-555-0142", "en_US", "112-555-0142"),
        ("07700 900142", "en_GB", "+447700900142"),
        ("01632 960142", "en_GB", "+441632960142"),
        ("+44 (0)7700 900142", "en_GB", "+447700900142"),
        ("0044 7700 900142", "en_GB", "+447700900142"),
        ("900142", "en_GB", "900142"),
    ],
)
def test_a_number_is_written_as_the_world_dials_it_where_that_is_plain(
    phone: str, locale: str, number: str
) -> None:
    assert dialled(phone, locale) == number


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("é" * 160, 1),  # is among the letters of every telephone
        ("í" * 70, 1),
        ("í" * 71, 2),
        ("€" * 80, 1),  # takes the room of two
        ("€" * 81, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_how_many_texts_a_message_is(text: str, parts: int) -> None:
    assert parts_of(text) == parts


def test_a_list_that_was_sent_is_in_the_log_and_not_sent_again(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office, ANA, [ROSA_AT])
    absences(office, SEPTEMBER)
    [one] = step(office, [one.serial for one in draft(office)], State.APPROVED, NOW)
    found = message_list(office, read_standing(office), [one])
    assert texted(office) == set()
    note_texted(office, found.messages, NOW)
    assert texted(office) == {one.serial}
    with office.ledger.read() as connection:
        [entry] = deliveries(connection)
    assert (entry.method, entry.address, entry.state) == ("text", "+15125550142", "sent")
