"""Clerks' words: what they mean, and what only sounds like it."""

from datetime import date

import pytest

from rollbook.importers.reading.contact_words import contact_said
from rollbook.ledger.letters import State
from rollbook.register import Guardian
from rollbook.workbooks.log_words import Written, day_said, guardian_said, step_said

SAVED = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("words", "step"),
    [
        ("posted", State.MAILED), ("Posted 20 Nov", State.MAILED), ("Mailed 11/20", State.MAILED),
        ("sent out by JD", State.MAILED), ("In the post", State.MAILED),
        ("RTS", State.RETURNED), ("Returned to sender", State.RETURNED),
        ("came back - moved", State.RETURNED), ("VOID", State.VOID),
        ("Cancelled, note in", State.VOID),
        ("not sent", State.HELD), ("do not send", State.HELD), ("Hold - see me", State.HELD),
        ("not posted yet?", None), ("to be posted", None), ("will post Friday", None),
        ("rang mother", None), ("post when back", None), ("voicemail left", None),
        ("please send", None), ("sentence unclear", None), ("", None), ("avoid", None),
    ],
)  # fmt: skip
def test_a_status_says_a_step_only_when_it_was_taken(words: str, step: State | None) -> None:
    assert step_said(words) is step


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("rang mum, no answer", "call"), ("LVM", "call"), ("Spoke to grandmother", "call"),
        ("texted dad", "message"), ("e-mailed both parents", "email"),
        ("Met with Mrs Lee", "meeting"), ("Home visit, nobody in", "home-visit"),
        ("Home visit", "home-visit"), ("contract", "contract"),
        ("penalty notice", "penalty-notice"), ("call", "call"),
        ("will ring mum", ""), ("to call back Monday", ""), ("meeting booked for Thursday", ""),
        ("not called yet", ""), ("didn’t phone", ""), ("please ring before writing", ""),
        ("call home?", ""), ("metal shop on Thursdays", ""), ("contract talked about", ""),
        ("penalty notice warning given", ""), ("dental appointment", ""), ("", ""),
    ],
)  # fmt: skip
def test_words_say_a_contact_only_when_it_was_made(words: str, kind: str) -> None:
    assert contact_said(words) == kind


@pytest.mark.parametrize(
    ("words", "day_first", "day"),
    [
        ("posted 18 Nov", True, date(2026, 11, 18)),
        ("Nov 18th, by JD", False, date(2026, 11, 18)),
        ("3/11", True, date(2026, 11, 3)),
        ("11/3", False, date(2026, 11, 3)),
        ("11/3/26", False, date(2026, 11, 3)),
        ("2 Dec", True, date(2025, 12, 2)),
        ("2026-11-02", False, date(2026, 11, 2)),
        ("today", True, SAVED),
        ("rang yesterday", True, date(2026, 11, 19)),
        ("31/2", True, None),
        ("20/11", False, None),
        ("room 12", True, None),
    ],
)
def test_a_day_in_the_words_is_found(words: str, day_first: bool, day: date | None) -> None:
    assert day_said(words, Written(SAVED, day_first)) == day


def test_a_guardian_is_named_by_name_or_relation_and_only_when_it_is_one() -> None:
    mother = Guardian("1", "Rosa Lima", "Mother")
    father = Guardian("1", "Luis Lima", "Father", order=2)
    assert guardian_said("rang mum", [mother, father]) == "Rosa Lima"
    assert guardian_said("spoke to Luis Lima", [mother, father]) == "Luis Lima"
    assert guardian_said("rang both parents", [mother, father]) == ""
    assert guardian_said("rang mother", [mother, Guardian("1", "Ana Lima", "Mother")]) == ""
