from datetime import date, timedelta
from pathlib import Path

import pytest

from rollbook.policy import (
    SHIPPED,
    CountTerms,
    Dated,
    PolicyPack,
    RateTerms,
    Sure,
    load_pack,
)
from rollbook.problems import PolicyError
from rollbook.register import Category

TODAY = date(2026, 11, 22)


@pytest.fixture(params=SHIPPED)
def pack(request: pytest.FixtureRequest) -> PolicyPack:
    return load_pack(request.param)


def statements(pack: PolicyPack) -> list[Dated]:
    found: list[Dated] = [code for codes in pack.code_table.values() for code in codes]
    found += [terms for trigger in pack.triggers for terms in trigger.terms]
    found += [*pack.deadlines, *pack.requested]
    return found + [value for values in pack.values.values() for value in values]


def test_every_shipped_statement_has_a_date_and_a_reference(pack: PolicyPack) -> None:
    for statement in statements(pack):
        assert date(2006, 1, 1) <= statement.first <= TODAY
        assert statement.reference.text


def test_what_nobody_has_read_is_marked_wherever_it_is_cited(pack: PolicyPack) -> None:
    for statement in statements(pack):
        unread = statement.sure in (Sure.SECONDARY, Sure.GENERAL)
        assert statement.citation.endswith("(check)") == unread


def test_a_pack_counts_what_must_be_checked_first(pack: PolicyPack) -> None:
    in_force = [one for one in statements(pack) if one.holds(TODAY)]
    assert pack.unread_on(TODAY) == sum(one.citation.endswith("(check)") for one in in_force) > 0


def test_every_trigger_is_in_force_today_and_says_its_test(pack: PolicyPack) -> None:
    for trigger in pack.triggers:
        terms = trigger.on(TODAY)
        assert terms is not None and terms.test_text and terms.threshold_text


TRIGGERS = {
    "gb-eng": "eng-l1 eng-l2 eng-pa eng-sa eng-pn eng-nti eng-la10 eng-sick15 eng-cme eng-n5 "
    "eng-day1 eng-late",
    "us-tx": "tx-warn0 tx-tru3 tx-tru10 tx-par10 tx-90 tx-90w tx-chron tx-19w tx-19plus",
    "us-ca": "ca-truant ca-tru2 ca-tru3 ca-habit ca-chrtru ca-chron ca-exc",
}


@pytest.mark.parametrize("name", SHIPPED)
def test_the_triggers_of_the_law_are_all_there(name: str) -> None:
    assert {trigger.id for trigger in load_pack(name).triggers} == set(TRIGGERS[name].split())


@pytest.mark.parametrize("name", ["minimum-possible", "again-after", "reply-days"])
def test_how_letters_are_held_back_is_a_local_number_of_each_pack(
    pack: PolicyPack, name: str
) -> None:
    value = pack.value(f"letters.{name}", TODAY)
    assert value.number > 0 and value.sure is Sure.LOCAL


ENGLISH_CODES = {
    Category.PRESENT: r"/ \ L",
    Category.APPROVED: "K V P W B",
    Category.AUTHORISED: "C C1 C2 E I J1 M R S T",
    Category.UNAUTHORISED: "G N O U",
    Category.NOT_POSSIBLE: "D Q X Y1 Y2 Y3 Y4 Y5 Y6 Y7 Z #",
}


@pytest.mark.parametrize(("category", "symbols"), ENGLISH_CODES.items())
def test_english_codes_count_as_the_regulations_say(category: Category, symbols: str) -> None:
    codes = load_pack("gb-eng").codes_on(TODAY)
    assert {symbol for symbol in codes if codes[symbol].category is category} == set(
        symbols.split()
    )


@pytest.mark.parametrize("symbol", "H J Y F".split())
def test_old_english_codes_are_no_codes_any_more(symbol: str) -> None:
    pack = load_pack("gb-eng")
    assert pack.code(symbol, date(2024, 8, 19)) is None
    assert pack.code(symbol, date(2013, 8, 31)) is not None
    assert "has not been used since" in pack.why_no_code(symbol, TODAY)
    assert "Use " in pack.why_no_code(symbol, TODAY)


def test_new_english_codes_begin_in_august_2024() -> None:
    pack = load_pack("gb-eng")
    assert pack.code("J1", date(2024, 8, 18)) is None
    assert "only used from 2024-08-19" in pack.why_no_code("J1", date(2024, 8, 18))
    assert pack.code("J1", date(2024, 8, 19)) is not None


def test_a_symbol_nobody_knows_says_what_to_do() -> None:
    assert "add the code to the office's own codes" in load_pack("us-tx").why_no_code("Q", TODAY)
    assert load_pack("us-tx").why_no_code("U", TODAY) == ""


def test_blank_means_present_in_the_states_and_no_mark_in_england() -> None:
    meant = {name: load_pack(name).codes_on(TODAY)[""].category for name in SHIPPED}
    assert meant == {
        "gb-eng": Category.MISSING,
        "us-ca": Category.PRESENT,
        "us-tx": Category.PRESENT,
    }


def test_a_value_is_the_one_of_its_day() -> None:
    pack = load_pack("gb-eng")
    assert pack.value("penalty.first", date(2024, 8, 18)).number == 60
    assert pack.value("penalty.first", date(2024, 8, 19)).number == 80
    assert not pack.has_value("penalty.first", date(2000, 1, 1))
    with pytest.raises(PolicyError, match="the earliest is from 2013-09-01"):
        pack.value("penalty.first", date(2000, 1, 1))
    with pytest.raises(PolicyError, match="no value “penalty.third”"):
        pack.value("penalty.third", TODAY)


def test_an_office_may_spell_a_code_its_own_way() -> None:
    pack = load_pack("us-tx", codes={"Q": "U"})
    code = pack.code("Q", TODAY)
    assert code is not None and code.symbol == "U" and code.truancy
    assert pack.spellings(("U", "E")) == {"U", "E", "Q"}
    with pytest.raises(PolicyError, match="is no code of Texas"):
        load_pack("us-tx", codes={"Q": "8"})


def test_the_rate_test_compares_whole_numbers_at_the_boundary() -> None:
    pack = load_pack("gb-eng")
    below, persistent = (pack.trigger(name).on(TODAY) for name in ("eng-l2", "eng-pa"))
    assert isinstance(below, RateTerms) and isinstance(persistent, RateTerms)
    assert persistent.crosses(380, 38) and not below.crosses(380, 38)
    assert persistent.crosses(299, 30) and not persistent.crosses(301, 30)
    assert not persistent.crosses(0, 0)


# --- packs of a district --------------------------------------------------------------------------

HEAD = """
extends = "us-tx"
title = "Bluestem ISD"
[references]
board = { text = "Board policy FEA (LOCAL)" }
"""


WHOLE = """
language = "en"
locale = "en_US"
paper = "Letter"
date_style = "MMMM d, y"
unit = "days"
method = "whole-day"
parts = ["DAY"]
"""


def district(folder: Path, text: str, head: str = HEAD) -> PolicyPack:
    (folder / "bluestem.toml").write_text(head + text, encoding="utf-8")
    return load_pack("bluestem", folder)


def test_a_district_adds_and_redefines_codes(tmp_path: Path) -> None:
    pack = district(
        tmp_path,
        """
        [[codes]]
        category = "authorised"
        from = 2026-08-01
        reference = "board"
        sure = "POL"
        symbols = { U = "Unverified", N = "Nurse" }
        """,
    )
    assert pack.jurisdiction == "us-tx" and pack.title == "Bluestem ISD"
    codes = pack.codes_on(TODAY)
    assert codes["U"].category is codes["N"].category is Category.AUTHORISED
    assert codes["T"].late


def test_a_district_settles_what_the_state_leaves_to_it(tmp_path: Path) -> None:
    pack = district(
        tmp_path,
        """
        [[triggers]]
        id = "tx-tru3"
        [[triggers.terms]]
        from = 2026-08-01
        reference = "board"
        sure = "POL"
        minutes_over = 15
        """,
    )
    before, after = (pack.trigger("tx-tru3").on(day) for day in (date(2026, 7, 31), TODAY))
    assert isinstance(before, CountTerms) and isinstance(after, CountTerms)
    assert (before.minutes_over, after.minutes_over) == (None, 15)
    assert (before.threshold, after.threshold, after.size) == (3, 3, 28)
    assert after.reference.text == "Board policy FEA (LOCAL)"


def test_a_local_value_is_the_districts_from_its_day_on(tmp_path: Path) -> None:
    pack = district(
        tmp_path,
        """
        [[values]]
        name = "letters.minimum-possible"
        value = 15
        from = 2026-08-01
        until = 2026-12-31
        reference = "board"
        sure = "POL"
        """,
    )
    days = (date(2026, 7, 31), date(2026, 8, 1), date(2026, 12, 31), date(2027, 1, 1))
    numbers = [pack.value("letters.minimum-possible", day).number for day in days]
    assert numbers == [10, 15, 15, 10]


def test_what_a_district_settles_lasts_as_long_as_it_says(tmp_path: Path) -> None:
    pack = district(
        tmp_path,
        """
        [[triggers]]
        id = "tx-tru3"
        [[triggers.terms]]
        from = 2026-09-01
        until = 2026-12-31
        reference = "board"
        sure = "POL"
        minutes_over = 20
        [[triggers.terms]]
        from = 2027-01-01
        reference = "board"
        sure = "POL"
        minutes_over = 30
        """,
    )
    found = []
    for day in (date(2026, 8, 31), date(2026, 9, 1), date(2026, 12, 31), date(2027, 1, 1)):
        terms = pack.trigger("tx-tru3").on(day)
        assert isinstance(terms, CountTerms)
        found.append(terms.minutes_over)
    assert found == [None, 20, 20, 30]


def test_a_later_law_is_kept_under_what_a_district_has_settled(tmp_path: Path) -> None:
    """A state's change of law after the district's day must not be lost."""
    state = (
        HEAD.replace('extends = "us-tx"', "").replace("Bluestem ISD", "Somewhere")
        + """
        [[triggers]]
        id = "days"
        title = "Days"
        kind = "count_in_window"
        overridable = ["minutes_over"]
        """
    )
    for year, threshold in ((2020, 3), (2027, 4)):
        state += f"""
        [[triggers.terms]]
        from = {year}-07-01
        reference = "board"
        sure = "V"
        unit = "days"
        comparator = ">="
        threshold = {threshold}
        window = "term"
        """
    (tmp_path / "somewhere.toml").write_text(WHOLE + state, encoding="utf-8")
    pack = district(
        tmp_path,
        """
        [[triggers]]
        id = "days"
        [[triggers.terms]]
        from = 2026-08-01
        reference = "policy"
        sure = "POL"
        minutes_over = 15
        """,
        'extends = "somewhere"\n[references]\npolicy = { text = "Local" }\n',
    )
    found = []
    for day in (date(2026, 7, 31), date(2026, 8, 1), date(2027, 7, 1)):
        terms = pack.trigger("days").on(day)
        assert isinstance(terms, CountTerms)
        found.append((terms.threshold, terms.minutes_over))
    assert found == [(3, None), (3, 15), (4, 15)]


def test_a_code_keeps_its_meaning_until_the_district_changes_it(tmp_path: Path) -> None:
    pack = district(tmp_path, CODE.replace("N =", "U =") + DATED)
    before, after = pack.code("U", date(2026, 7, 31)), pack.code("U", date(2026, 8, 1))
    assert before and before.category is Category.UNAUTHORISED and before.truancy
    assert after and after.category is Category.PRESENT


def test_a_district_switches_a_letter_off_and_adds_a_trigger_and_a_deadline(tmp_path: Path) -> None:
    pack = district(
        tmp_path,
        """
        [[triggers]]
        id = "tx-chron"
        letter = "tx-90"
        [[triggers]]
        id = "tx-tru3"
        letter = ""
        [[triggers]]
        id = "bluestem-five"
        title = "Five days without excuse in a term"
        kind = "count_in_window"
        supersedes = ["tx-tru3"]
        [[triggers.terms]]
        from = 2026-08-01
        reference = "tec-25-092"
        sure = "POL"
        unit = "days"
        comparator = ">="
        threshold = 5
        window = "term"
        [[deadlines]]
        id = "bluestem-call"
        title = "Call home"
        from = 2026-08-01
        reference = "board"
        sure = "POL"
        trigger = "bluestem-five"
        counted_from = "crossed"
        size = 2
        unit = "school days"
        met_by = ["call"]
        """,
    )
    assert pack.trigger("tx-tru3").letter == ""
    assert pack.trigger("tx-chron").letter == "tx-90"
    five = pack.trigger("bluestem-five").on(TODAY)
    assert five is not None and five.reference.text == "Texas Education Code 25.092"
    assert pack.deadlines[-1].id == "bluestem-call" and pack.deadlines[-1].met_by == ("call",)


CODE = '[[codes]]\ncategory = "present"\nsymbols = { N = "Nurse" }\n'
DATED = 'from = 2026-08-01\nreference = "board"\nsure = "POL"\n'


def test_a_pack_may_be_whole_in_itself(tmp_path: Path) -> None:
    head = HEAD.replace('extends = "us-tx"\n', WHOLE)
    pack = district(tmp_path, CODE + DATED, head)
    assert pack.jurisdiction == "bluestem" and pack.parts == ("DAY",)
    assert pack.code("N", date(2026, 8, 1) - timedelta(1)) is None
