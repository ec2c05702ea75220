from collections.abc import Mapping
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
    return found + [value for values in pack.values.values() for value in values]


def test_every_shipped_statement_has_a_date_and_a_reference(pack: PolicyPack) -> None:
    for statement in statements(pack):
        assert date(2006, 1, 1) <= statement.first <= TODAY
        assert statement.reference.text


def test_what_nobody_has_read_is_marked_wherever_it_is_cited(pack: PolicyPack) -> None:
    for statement in statements(pack):
        unread = statement.sure in (Sure.SECONDARY, Sure.GENERAL)
        assert statement.citation.endswith("(check)") == unread


def test_every_trigger_is_in_force_today_and_says_its_test(pack: PolicyPack) -> None:
    for trigger in pack.triggers:
        terms = trigger.on(TODAY)
        assert terms is not None and terms.test_text and terms.threshold_text


def test_the_triggers_of_this_version_are_all_there() -> None:
    ids = {trigger.id for name in SHIPPED for trigger in load_pack(name).triggers}
    england = "eng-l1 eng-l2 eng-pa eng-sa eng-pn"
    states = "tx-tru3 tx-tru10 tx-90 tx-chron ca-truant ca-chron"
    assert ids == set(england.split() + states.split())


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


def test_a_local_value_can_be_changed(tmp_path: Path) -> None:
    pack = district(
        tmp_path,
        """
        [[values]]
        name = "letters.minimum-possible"
        value = 15
        from = 2026-08-01
        reference = "board"
        sure = "POL"
        """,
    )
    assert pack.value("letters.minimum-possible", TODAY).number == 15


CODE = '[[codes]]\ncategory = "present"\nsymbols = { N = "Nurse" }\n'
DATED = 'from = 2026-08-01\nreference = "board"\nsure = "POL"\n'
VALUE = '[[values]]\nname = "late.bell"\nvalue = 3\n'
RULE = '[[triggers]]\nid = "local"\ntitle = "Local"\nkind = "count_in_window"\n[[triggers.terms]]\n'
COUNT = 'unit = "days"\ncomparator = ">="\nthreshold = 3\nwindow = "days"\nsize = 5\n'
OTHER_TERMS = '[[triggers]]\nid = "{}"\n[[triggers.terms]]\n' + DATED

BROKEN: Mapping[str, tuple[str, str]] = {
    "a code without a date": (CODE, "code group 1: the date it came into force is missing"),
    "a value without a reference": (
        VALUE + "from = 2026-08-01\n",
        "value “late.bell”: the reference is missing; add “reference”",
    ),
    "a reference that is not listed": (
        VALUE + DATED.replace("board", "bored"),
        "the reference “bored” is not listed under [references]",
    ),
    "how sure is not said": (
        VALUE + 'from = 2026-08-01\nreference = "board"\n',
        "value “late.bell”: “sure” is missing; add it",
    ),
    "a date in quotation marks": (
        VALUE + DATED.replace("2026-08-01", '"2026-08-01"'),
        "“from” must be a date such as 2026-09-01",
    ),
    "an unknown kind of rule": (
        RULE.replace("count_in_window", "vibes") + DATED + COUNT,
        "trigger “local”: “kind” is “vibes”; it must be one of rate_over_period",
    ),
    "an unknown window": (
        RULE + DATED + COUNT.replace('"days"\nsize', '"moons"\nsize'),
        "trigger “local”, terms 1: “window” is “moons”; it must be one of days, months",
    ),
    "a word with a slip": (
        RULE + DATED + COUNT + "treshold = 4\n",
        "trigger “local”, terms 1: “treshold” is not known here",
    ),
    "a threshold of nought": (
        RULE + DATED + COUNT.replace("threshold = 3", "threshold = 0"),
        "“threshold” is 0; it must be 1 or more",
    ),
    "a trigger twice": (
        (RULE + DATED + COUNT) * 2,
        "trigger “local”: it is there twice",
    ),
    "a rule without terms": (
        RULE.replace("[[triggers.terms]]\n", ""),
        "trigger “local”: it has no [[triggers.terms]]",
    ),
    "two values on one day": (
        (VALUE + DATED) * 2,
        "value “late.bell” has two meanings on 2026-08-01; correct the dates",
    ),
    "dates that overlap": (
        VALUE + DATED + "until = 2026-12-01\n" + VALUE + DATED.replace("08-01", "11-01"),
        "value “late.bell” has two meanings on 2026-11-01",
    ),
    "an end before the beginning": (
        VALUE + DATED + "until = 2026-07-01\n",
        "it ends on 2026-07-01, before it begins on 2026-08-01",
    ),
    "a symbol twice": ((CODE + DATED) * 2, "code “N” has two meanings on 2026-08-01"),
    "a code that counts but is none": (
        RULE + DATED + COUNT + 'codes = ["8"]\n',
        "trigger “local” counts code “8”, which is no code",
    ),
    "a number of law changed by a district": (
        OTHER_TERMS.format("tx-tru3") + "threshold = 5\n",
        "“threshold” is law here and a district cannot change it; it may change: minutes_over",
    ),
    "a value of law changed by a district": (
        VALUE.replace("late.bell", "referral.school-days") + DATED,
        "value “referral.school-days”: it is law and a district cannot change it",
    ),
    "a share that is no share": (
        OTHER_TERMS.format("tx-chron") + 'threshold = "10"\n',
        "“threshold” is 10; a share lies between 0 and 1",
    ),
    "a superseded trigger that is none": (
        RULE.replace("[[triggers.terms]]", 'supersedes = ["x"]\n[[triggers.terms]]')
        + DATED
        + COUNT,
        "trigger “local” supersedes “x”, which is no trigger",
    ),
    "no TOML at all": ("oh no", "cannot be read"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_pack_is_refused_with_the_place_and_what_to_do(tmp_path: Path, what: str) -> None:
    text, sentence = BROKEN[what]
    with pytest.raises(PolicyError) as refused:
        district(tmp_path, text)
    assert "“bluestem”" in str(refused.value)
    assert sentence in str(refused.value)


def test_english_law_codes_cannot_be_given_another_meaning(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="code “N” belongs to England"):
        district(tmp_path, CODE + DATED, HEAD.replace("us-tx", "gb-eng"))


def test_a_pack_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="gb-eng, us-ca, us-tx"):
        load_pack("us-zz", tmp_path)


def test_packs_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="extend each other"):
        district(tmp_path, "", 'extends = "bluestem"\n')


def test_a_pack_may_be_whole_in_itself(tmp_path: Path) -> None:
    pack = district(
        tmp_path,
        CODE + DATED,
        """
        title = "Elsewhere"
        language = "en"
        locale = "en_US"
        paper = "Letter"
        date_style = "MMMM d, y"
        unit = "days"
        method = "whole-day"
        parts = ["DAY"]
        [references]
        board = { text = "Board policy" }
        """,
    )
    assert pack.jurisdiction == "bluestem" and pack.parts == ("DAY",)
    assert pack.code("N", date(2026, 8, 1) - timedelta(1)) is None
