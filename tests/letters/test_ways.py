"""By post or by e-mail: what decides, and why it is the post."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from rollbook.ledger.deliveries import Delivery
from rollbook.ledger.letters import Letter
from rollbook.letters.ways import PAUSES, Tried, Ways, way_of, who_gets
from rollbook.office import Office, is_address, make_office, open_office, save_settings
from rollbook.problems import OfficeError
from rollbook.register import Guardian
from tests.letters.families import ROSA, school
from tests.offices import NOW

AT = NOW.isoformat(timespec="seconds")
ROSA_AT = replace(ROSA, email="rosa@family.example")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    email = {"host": "localhost", "security": "none", "sender": "a@school.example",
             "letters": ["tx-tru3", "tx-90w"]}  # fmt: skip
    return school(tmp_path_factory.mktemp("ways"), email=email)


def letter(serial: str = "L-2026-00001", trigger: str = "tx-tru3", name: str = ROSA.name) -> Letter:
    return Letter(serial, "000123", trigger, "", {"name": name}, "en", trigger, "", {}, [],
                  "2026-27", date(2026, 11, 20))  # fmt: skip


def tried(*states: tuple[str, str], serial: str = "L-2026-00001", to: str = "") -> Tried:
    address = to or ROSA_AT.email
    return Tried(
        [Delivery(serial, "e-mail", address, state, said, "<m>", AT) for state, said in states]
    )


def test_a_letter_the_office_named_goes_to_the_address_on_the_roster(office: Office) -> None:
    way = way_of(office, letter(), ROSA_AT)
    assert (way.method, way.address, way.why) == ("e-mail", "rosa@family.example", "")


def test_a_letter_not_named_goes_by_post_and_needs_no_reason(office: Office) -> None:
    way = way_of(office, letter(trigger="tx-90"), ROSA_AT)
    assert (way.method, way.why) == ("post", "")


@pytest.mark.parametrize(
    ("guardian", "why"),
    [
        (None, "not on the roster any more"),
        (ROSA, "has no e-mail address on the roster"),
        (replace(ROSA, email="rosa at home"), "is not an e-mail address"),
        (replace(ROSA, email="a@b.example, c@d.example"), "is not an e-mail address"),
        (replace(ROSA, email="rosa@family.example\nBcc: x@y.example"), "is not an e-mail address"),
    ],
)
def test_without_one_good_address_it_is_the_post(
    office: Office, guardian: Guardian | None, why: str
) -> None:
    way = way_of(office, letter(), guardian)
    assert way.method == "post"
    assert why in way.why


@pytest.mark.parametrize(
    ("state", "said", "why"),
    [
        ("refused", "554 5.7.1 too large", "was refused on 2026-11-20"),
        ("bounced", "550 no such user", "came back on 2026-11-20"),
    ],
)
def test_a_letter_that_failed_by_e_mail_goes_by_post(
    office: Office, state: str, said: str, why: str
) -> None:
    way = way_of(office, letter(), ROSA_AT, tried((state, said)))
    assert way.method == "post"
    assert why in way.why


@pytest.mark.parametrize(
    ("state", "said", "method"),
    [
        ("bounced", "mailbox full", "post"),
        ("refused", "550 5.1.1 no such user", "post"),
        ("refused", "550 no such user here", "post"),
        ("refused", "552 5.3.4 message too big", "e-mail"),
        ("refused", "550 5.7.1 we take nothing from you", "e-mail"),
    ],
)
def test_another_letters_failure_counts_where_it_is_about_the_address(
    office: Office, state: str, said: str, method: str
) -> None:
    before = tried((state, said), serial="L-2026-00009", to="Rosa@Family.example")
    assert way_of(office, letter(), ROSA_AT, before).method == method
    elsewhere = replace(ROSA, email="new@family.example")
    assert way_of(office, letter(), elsewhere, before).method == "e-mail"


def test_an_address_that_took_a_letter_since_is_good_again(office: Office) -> None:
    before = tried(("bounced", "full"), ("sent", "250"), serial="L-2026-00009")
    assert way_of(office, letter(), ROSA_AT, before).method == "e-mail"


def test_what_is_put_off_waits_longer_each_time_and_then_goes_by_post(office: Office) -> None:
    for times, pause in enumerate(PAUSES, 1):
        way = way_of(office, letter(), ROSA_AT, tried(*[("put off", "451")] * times))
        assert way.not_before == NOW + pause
        assert not way.may_go(NOW + pause - timedelta(seconds=1))
        assert way.may_go(NOW + pause)
    way = way_of(office, letter(), ROSA_AT, tried(*[("put off", "451")] * (len(PAUSES) + 1)))
    assert (way.method, way.why) == ("post", "the mail server put it off 5 times")


def test_an_address_of_many_homes_is_nobodys(office: Office) -> None:
    others = [
        replace(ROSA_AT, student_id=f"{number}", name=f"N{number}", street=f"{number} Elm St")
        for number in range(3)
    ]
    moved = replace(ROSA_AT, student_id="1", street="9 Elm St")
    one_family = {"000123": [ROSA_AT, replace(ROSA_AT, name="R. García")], "1": [moved]}
    assert "people at 2 homes" in Ways(office, one_family).of(letter()).why  # who lives where?
    for roster in ([ROSA_AT, replace(ROSA_AT, name="R. García")], [ROSA_AT, moved]):
        assert Ways(office, {"000123": roster}).of(letter()).method == "e-mail"
    two = {"000123": [ROSA_AT], "1": [others[0]]}
    assert "people at 2 homes" in Ways(office, two).of(letter()).why
    many = {"000123": [ROSA_AT], **{one.student_id: [one] for one in others}}
    way = Ways(office, many).of(letter())
    assert way.method == "post"
    assert "people at 4 homes" in way.why


def test_without_a_program_for_pdf_all_letters_go_by_post(office: Office) -> None:
    way = Ways(office, {"000123": [ROSA_AT]}, can_make_pdf=False).of(letter())
    assert way.method == "post"
    assert "LibreOffice" in way.why


def test_a_court_order_on_any_line_of_the_person_keeps_letters_away() -> None:
    roster = {"000123": [ROSA_AT, replace(ROSA, court_order=True)]}
    assert who_gets(letter(), roster) is None
    assert who_gets(letter(), {"000123": [ROSA, ROSA_AT]}) == ROSA_AT


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("a@b.example", True),
        ("o'neil+school@mail.b-c.example", True),
        ("a@b", False),
        ("a@b.example\r\n", False),
        (".a@b.example", False),
        ("a..b@b.example", False),
        ("a@-b.example", False),
        ("a@b.123", False),
        ("niña@b.example", False),
        (f"{'a' * 65}@b.example", False),
        ("Rosa <a@b.example>", False),
        ("", False),
    ],
)
def test_what_an_address_is(address: str, good: bool) -> None:
    assert is_address(address) is good


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"password": "secret-word"}, "a password must not stand in this file"),
        ({"sender": "attendance"}, "write one e-mail address"),
        ({"host": "mail.example"}, "say whom the messages are from"),
        ({"host": "mail.example", "sender": "a@b.example", "security": "none"}, "in the clear"),
        ({"letters": ["tx-none"]}, "there is no rule “tx-none”"),
        ({"port": 70000}, "write 65535 or less"),
        ({"body": {"en": "{student_name} was away"}}, "{student_name} cannot stand in a message"),
        ({"security": "ssl"}, "write one of"),
    ],
)
def test_a_setting_of_e_mail_that_cannot_be_used_is_said(
    tmp_path: Path, settings: dict[str, object], said: str
) -> None:
    office = school(tmp_path)
    office.ledger.close()
    save_settings(office.folders.root, {"email": settings})
    with pytest.raises(OfficeError) as refused:
        open_office(office.folders.root)
    assert said in str(refused.value)
    assert "secret-word" not in str(refused.value)
    assert "secret-word" not in repr(refused.value.__cause__)


@pytest.mark.parametrize("jurisdiction", ["us-tx", "us-ca", "gb-eng"])
def test_the_letters_a_new_office_is_shown_for_e_mail_have_to_state_no_law(
    tmp_path: Path, jurisdiction: str
) -> None:
    make_office(tmp_path, jurisdiction, "A")
    path = tmp_path / "office.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("# letters = [", "letters = ["), encoding="utf-8")
    office = open_office(tmp_path)
    named = office.settings.email.letters
    templates = {one.id: one.letter for one in office.policy.triggers}
    assert named
    for name in named:
        asked = office.policy.must_say(templates.get(name, name), NOW.date())
        assert [one.id for one in asked if name in one.letters and not one.never] == []
