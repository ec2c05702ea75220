import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from rollbook.attendance import Attendance
from rollbook.documents import missing_values
from rollbook.ledger import care
from rollbook.ledger.letters import Letter
from rollbook.letters.fields import (
    FIELDS,
    address_lines,
    facts_lacking,
    letter_fields,
    withdrawal_fields,
    withdrawal_template,
)
from rollbook.letters.templates import ALWAYS_SHOWN, letter_template
from rollbook.letters.wording import (
    BRITISH,
    ENGLISH,
    SPANISH,
    Words,
    say_dates,
    say_days,
    say_days_or_parts,
    say_minutes,
    say_ordinal,
    say_parts,
    say_percent,
    say_times,
    say_window,
)
from rollbook.office import Office
from rollbook.policy import (
    ClassTerms,
    CountTerms,
    RateTerms,
    Reference,
    RosterTerms,
    SequenceTerms,
    Sure,
    Terms,
    Trigger,
    load_pack,
)
from rollbook.register import Action, Mark, Session
from rollbook.rules import Finding
from tests.letters.families import (
    ANA,
    FIRST_DAY,
    LUIS,
    ROSA,
    SEPTEMBER,
    absences,
    draft,
    enrol,
    reasons,
    register,
    school,
)


@pytest.mark.parametrize(
    ("parts", "words", "locale", "said"),
    [
        (["AM"], ENGLISH, "en_GB", "morning"),
        (["DAY"], SPANISH, "es_US", "todo el día"),
        (["P5"], ENGLISH, "en_US", "period 5"),
        (["P0"], ENGLISH, "en_US", "period 0"),
        (["P1", "P2", "P3", "P5"], ENGLISH, "en_US", "periods 1–3 and 5"),
        (["P1", "P3", "P12"], ENGLISH, "en_US", "periods 1, 3, and 12"),
        (["P1", "P2", "P7"], SPANISH, "es_US", "períodos 1–2 y 7"),
        (["DAY", "P1", "P2"], ENGLISH, "en_US", "all day"),
    ],
)
def test_parts_of_a_day(parts: list[str], words: Words, locale: str, said: str) -> None:
    assert say_parts(parts, words, locale) == said


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (Fraction(0), ENGLISH, "0 days"),
        (Fraction(1, 2), ENGLISH, "½ day"),
        (Fraction(1), SPANISH, "1 día"),
        (Fraction(9, 2), ENGLISH, "4½ days"),
        (Fraction(12), SPANISH, "12 días"),
    ],
)
def test_days_are_said_as_people_say_them(number: Fraction, words: Words, said: str) -> None:
    assert say_days(number, words) == said


@pytest.mark.parametrize(
    ("rate", "locale", "said"),
    [
        (Fraction(12, 13), "en_US", "92.3%"),
        (Fraction(12, 13), "en_GB", "92.3 %"),
        (Fraction(1), "en_US", "100.0%"),
        (Fraction(1999, 2000), "en_GB", "100.0 %"),  # rounded only when it is said
        (None, "en_US", ""),
    ],
)
def test_attendance_is_said_with_one_decimal(rate: Fraction, locale: str, said: str) -> None:
    assert say_percent(rate, locale) == said


def test_the_year_stands_only_where_it_changes_and_each_day_once() -> None:
    days = [date(2027, 1, 5), date(2026, 12, 3), date(2026, 12, 3), date(2026, 11, 30)]
    assert say_dates(days, ENGLISH, "en_US") == "Nov 30, Dec 3, 2026, and Jan 5, 2027"
    assert say_dates(days[1:3], BRITISH, "en_GB") == "3 Dec 2026"


def test_of_many_dates_the_first_are_named_and_the_others_counted() -> None:
    days = [date(2026, 9, day) for day in range(1, 10)]
    eight = "1 Sept, 2 Sept, 3 Sept, 4 Sept, 5 Sept, 6 Sept, 7 Sept and 8 Sept 2026"
    assert say_dates(days[:8], BRITISH, "en_GB") == eight
    assert say_dates(days, SPANISH, "es_US").endswith("6 sept, 7 sept 2026 y 2 días más")


def test_an_address_is_written_as_the_countrys_post_writes_it() -> None:
    assert address_lines(ROSA, "es_US") == ["12 Elm St", "Waco, TX 76701"]
    british = replace(ROSA, street="Flat 2\n5 Mill Ln", city="Leeds", region="", postcode="LS1 1AA")
    assert address_lines(british, "en_GB") == ["Flat 2", "5 Mill Ln", "Leeds", "LS1 1AA"]
    assert address_lines(replace(LUIS, region=""), "en_US")[-1] == "Waco 76701"


def test_the_periods_of_one_day_that_say_the_same_are_one_line(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER, ["P1", "P2", "P3", "P6"])
    [letter] = draft(office, "tx-tru3")
    lines = [(row["date"], row["part"], row["meaning"]) for row in letter.fields["absences"]]
    assert lines == [
        ("Tue, Sep 8, 2026", "periods 1–3 and 6", "unexcused absence"),
        ("Thu, Sep 10, 2026", "periods 1–3 and 6", "unexcused absence"),
        ("Tue, Sep 15, 2026", "periods 1–3 and 6", "unexcused absence"),
    ]
    assert letter.fields["classes"] == []


def test_each_english_session_is_a_line_with_its_code_in_words(tmp_path: Path) -> None:
    office = school(tmp_path, "gb-eng")
    enrol(office)
    register(office, 4, {0: "I", 1: "I", 2: "O"})
    [letter] = draft(office)
    assert [row["part"] for row in letter.fields["absences"]] == ["morning", "afternoon", "morning"]
    assert [row["date"] for row in letter.fields["absences"]][:1] == ["Mon, 7 Sept 2026"]
    assert letter.fields["days_missed"] == "1½ days"
    assert letter.fields["days_unexcused"] == "½ day"
    assert (
        letter.fields["unexcused_count"] == "1"
    )  # not the sessions attended, which the rule takes
    assert (letter.fields["attendance_percent"], letter.fields["threshold"]) == ("92.5 %", "95 %")


def test_a_letter_about_classes_says_the_days_of_each_and_equal_ones_together(
    tmp_path: Path,
) -> None:
    office = school(tmp_path)
    enrol(office)
    days = [f"2026-09-{day:02}" for day in (8, 9, 10, 11, 14, 15)]
    rows = [(day, part) for day in days for part in ("P2", "P3", "P4")] + [("2026-09-16", "P4")]
    absences(office, rows, symbol="E", last="2026-10-09")
    [letter] = draft(office)
    needed = {"offered": "29", "minimum": "27", "left": "0"}
    assert letter.fields["classes"] == [
        {"name": "Periods 2–3", "attended": "23", "missed": "6"} | needed,
        {"name": "Period 4", "attended": "22", "missed": "7"} | needed,
    ]
    assert letter.fields["threshold"] == "90%"
    assert [row["part"] for row in letter.fields["absences"]] == ["periods 2–4"] * 6 + ["period 4"]


@pytest.mark.parametrize(
    ("settings", "answer_by"),
    [({}, "December 4, 2026"), ({"reply_school_days": 5}, "November 27, 2026")],
)
def test_an_answer_is_asked_for_in_school_days(
    tmp_path: Path, settings: dict[str, object], answer_by: str
) -> None:
    office = school(tmp_path, letters=settings)
    enrol(office)
    absences(office, SEPTEMBER)
    [letter] = draft(office)
    assert letter.fields["reply_by"] == answer_by


# --- letters of every kind of rule, on findings made by hand --------------------------------------

WRITTEN = date(2026, 11, 20)
DATED = {
    "first": date(2020, 1, 1),
    "reference": Reference("law", "Education Code 1"),
    "sure": Sure.READ,
}
THIRD_REPORT = SequenceTerms(**DATED, after=("ca-truant",), reports=2, events=1)
HABITUAL = SequenceTerms(**DATED, after=("ca-truant",), reports=3, action="conference")
CREDIT = ClassTerms(
    **DATED, threshold=Fraction(9, 10), committee_below=Fraction(3, 4), semester_grades=()
)
WARNING = replace(CREDIT, threshold=Fraction(19, 20), of="whole period")


def knowing(office: Office, *triggers: tuple[str, Terms, tuple[str, ...]]) -> Office:
    """Return the office with these rules in its pack: id, terms, and what it supersedes."""
    own = [
        Trigger(name, name, terms.kind, (terms,), supersedes=lower)
        for name, terms, lower in triggers
    ]
    names = {trigger.id for trigger in own}
    others = [trigger for trigger in office.policy.triggers if trigger.id not in names]
    return replace(office, policy=replace(office.policy, triggers=(*own, *others)))


def mark(day: str, part: str, symbol: str, minutes: int = 0) -> Mark:
    return Mark(Session(date.fromisoformat(day), part), symbol, minutes)


def finding(trigger: str, evidence: Sequence[Mark] = (), **more: object) -> Finding:
    values: dict[str, object] = {
        **{"student_id": "000123", "trigger": trigger, "title": trigger, "as_of": WRITTEN},
        **{"crossed_on": WRITTEN, "holds": True, "numerator": 3, "denominator": None},
        **{"threshold": "3 reports", "test": "", "period": "one school year"},
        **{"first": FIRST_DAY, "last": WRITTEN, "evidence": tuple(evidence)},
        **{"attendance": Attendance(50, 45, 0, 1, 4, 0, 0), "citations": ("Education Code 1",)},
        "sure": Sure.READ,
    }
    return Finding(**(values | more))  # type: ignore[arg-type]


def fields_of(
    office: Office, *findings: Finding, language: str = "en", actions: Sequence[Action] = ()
) -> dict[str, object]:
    return letter_fields(
        office,
        findings,
        ANA,
        ROSA,
        language=language,
        serial="L-2026-00002",
        letter_date=WRITTEN,
        actions=actions,
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("third", "2 days or parts of days", "3 reports", "one school year")),
        ("es", ("tercer", "2 días o partes de días", "3 informes", "un año escolar")),
    ],
)
def test_a_further_report_says_which_it_is_and_the_days_since(
    tmp_path: Path, language: str, said: tuple[str, ...]
) -> None:
    office = knowing(school(tmp_path, "us-ca"), ("ca-tru3", THIRD_REPORT, ()))
    since = [mark("2026-10-06", "P1", "U"), mark("2026-10-06", "P2", "U")]
    fields = fields_of(
        office, finding("ca-tru3", [*since, mark("2026-10-08", "DAY", "U")]), language=language
    )
    names = ("report_number", "days_or_parts", "threshold", "rule_period")
    assert tuple(fields[name] for name in names) == said
    assert fields["unexcused_count"] == "2"  # not the reports, which the rule takes


def test_law_we_have_not_read_is_marked_in_the_familys_language(tmp_path: Path) -> None:
    office, about = school(tmp_path), finding("tx-tru3", citations=("TEC 25.095 (check)",))
    assert fields_of(office, about)["reference"] == "TEC 25.095 (check)"
    assert fields_of(office, about, language="es")["reference"] == "TEC 25.095 (por verificar)"


def test_a_state_that_reports_lead_to_is_no_report_itself(tmp_path: Path) -> None:
    office = knowing(school(tmp_path, "us-ca"), ("ca-habit", HABITUAL, ()))
    fields = fields_of(office, finding("ca-habit"))
    assert fields["report_number"] == ""
    assert fields["unexcused_count"] == "4"  # without marks to show, those of the year


def test_a_warning_about_a_class_says_how_many_days_are_left_for_credit(tmp_path: Path) -> None:
    office = knowing(
        school(tmp_path), ("tx-90w", WARNING, ()), ("tx-90", CREDIT, ("tx-90w", "tx-tru3"))
    )
    one = finding("tx-90w", part="P4", numerator=162, denominator=176, minimum=168)
    other = replace(one, part="P5", numerator=150)
    [fourth, fifth] = fields_of(office, one, other)["classes"]  # type: ignore[misc]
    assert fourth == {
        **{"name": "Period 4", "offered": "176", "attended": "162", "missed": "14"},
        **{"minimum": "159", "left": "3"},  # 90 % of 176 is 158.4: not the 168 of the warning
    }
    assert (fifth["missed"], fifth["left"]) == ("26", "0")


def test_late_arrivals_are_counted_with_their_minutes(tmp_path: Path) -> None:
    office = school(tmp_path, "gb-eng")
    late = [mark("2026-09-08", "AM", "L", 12), mark("2026-09-09", "AM", "U", 35)]
    fields = fields_of(office, finding("eng-pn", [*late, mark("2026-09-10", "AM", "O")]))
    names = ("late_times", "late_minutes", "late_after_close")
    assert tuple(fields[name] for name in names) == ("2 times", "47 minutes", "1")
    without = fields_of(office, finding("eng-pn", [mark("2026-09-08", "AM", "L")]))
    assert tuple(without[name] for name in names) == ("once", "", "0")


def test_a_notice_to_improve_prints_its_own_note_and_no_other(tmp_path: Path) -> None:
    done = [
        Action("000123", date(2026, 9, 28), "call", note="mother upset"),
        Action("000123", date(2026, 10, 5), "meeting", note="came late again"),
        Action("000123", date(2026, 10, 12), "contract"),
        Action("000123", date(2026, 10, 1), "notice-to-improve", note="Old aim."),
        Action("000123", date(2026, 11, 16), "notice-to-improve", note="Entered too soon."),
        Action(
            "000123",
            date(2026, 11, 16),
            "notice-to-improve",
            note="No more than two.",
            until=date(2026, 12, 11),
        ),
    ]
    fields = fields_of(school(tmp_path, "gb-eng"), finding("eng-pn"), actions=done)
    assert fields["support_given"] == [
        "meeting on 5 October 2026",
        "attendance contract on 12 October 2026",
    ]
    assert (
        fields["improvement_from"],
        fields["improvement_until"],
        fields["improvement_goal"],
    ) == (
        "16 November 2026",
        "11 December 2026",
        "No more than two.",
    )
    assert "upset" not in str(fields) and "came late again" not in str(fields)


@pytest.mark.parametrize(
    ("done", "asked_for"),
    [
        ([], ["no last day", "what improvement will be enough", "no support"]),
        ([Action("7", WRITTEN, "notice-to-improve", note="No more.")], ["no last day", "no supp"]),
        ([Action("7", WRITTEN, "meeting")], ["no last day", "what improvement will be enough"]),
    ],
)
def test_what_a_notice_to_improve_lacks_is_asked_for(
    done: list[Action], asked_for: list[str]
) -> None:
    used = ("improvement_until", "improvement_goal", "support_given", "student_name")
    lacking = facts_lacking(used, "000123", done)
    assert [one for one, start in zip(lacking, asked_for, strict=True) if start not in one] == []
    assert all("rollbook log add 000123" in one for one in lacking)
    assert facts_lacking(("student_name",), "000123", done) == []


def test_a_notice_to_improve_waits_for_what_it_must_say(tmp_path: Path) -> None:
    office = school(tmp_path, "gb-eng")
    enrol(office)
    register(office, 4, {session: "O" for session in range(0, 22, 2)})
    log_action(office, Action("000123", date(2026, 9, 28), "plan"))
    [lacks_day, lacks_goal] = reasons(office, "eng-nti")
    assert "no last day" in lacks_day and "what improvement will be enough" in lacks_goal
    notice = Action("000123", WRITTEN, "notice-to-improve", until=date(2026, 12, 18), note="None.")
    log_action(office, notice)
    [letter] = draft(office, "eng-nti")
    assert letter.fields["support_given"] == ["attendance plan on 28 September 2026"]
    assert letter.fields["improvement_until"] == "18 December 2026"
    assert letter.fields["unexcused_count"] == "11"


def log_action(office: Office, action: Action) -> None:
    with office.ledger.write() as connection:
        care.save_action(connection, action)


def withdrawn(template: str = "tx-tru3") -> Letter:
    return Letter(
        **{"serial": "L-2026-00001", "student_id": "000123", "trigger": template, "part": ""},
        **{"guardian": {"name": "Rosa García"}, "language": "en", "template": template},
        **{"template_digest": "", "fields": {}, "evidence": [], "school_year": "2026-27"},
        **{"as_of": date(2026, 10, 9), "prepared_at": "2026-10-09T09:00:00+00:00"},
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            (
                "October 9, 2026",
                "days missed without an excuse",
                "We have corrected our register for Sep 8 and Sep 10, 2026.",
            ),
        ),
        (
            "es",
            (
                "9 de octubre de 2026",
                "días de ausencia sin justificación",
                "Hemos corregido nuestro registro de estas fechas: 8 sept y 10 sept 2026.",
            ),
        ),
    ],
)
def test_a_withdrawal_names_the_letter_it_takes_back_and_why(
    tmp_path: Path, language: str, said: tuple[str, ...]
) -> None:
    days = [date(2026, 9, 10), date(2026, 9, 8)]
    given = {"language": language, "serial": "L-2026-00009", "letter_date": WRITTEN}
    office = school(tmp_path)
    fields = withdrawal_fields(office, withdrawn(), days, ANA, ROSA, **given)  # type: ignore[arg-type]
    names = ("withdrawn_date", "withdrawn_title", "withdrawn_why")
    assert tuple(fields[name] for name in names) == said
    assert (fields["withdrawn_serial"], fields["serial"]) == ("L-2026-00001", "L-2026-00009")
    assert set(fields) == set(FIELDS)
    again = withdrawal_fields(office, withdrawn("own"), (), ANA, ROSA, **given)  # type: ignore[arg-type]
    assert again["withdrawn_title"] == {"en": "attendance", "es": "la asistencia"}[language]
    assert "Sep" not in str(again["withdrawn_why"])


def test_england_withdraws_on_its_own_paper(tmp_path: Path) -> None:
    assert withdrawal_template(school(tmp_path / "tx").policy) == "withdrawal"
    assert withdrawal_template(school(tmp_path / "eng", "gb-eng").policy) == "eng-withdrawal"


def test_every_field_has_a_value_for_a_letter_without_marks(tmp_path: Path) -> None:
    fields = fields_of(school(tmp_path), finding("tx-tru3", numerator=0, threshold="every student"))
    assert set(fields) == set(FIELDS)
    assert fields["absences"] == []
    assert fields["dates_short"] == ""


def test_a_day_missed_by_a_mark_for_all_of_it_is_one_line(tmp_path: Path) -> None:
    office = school(tmp_path, "us-ca")
    marks = [
        *(mark("2026-09-08", "DAY", "U"), mark("2026-09-08", "P1", "U")),
        *(mark("2026-09-08", "P2", "E"), mark("2026-09-09", "DAY", "W", 40)),
        mark("2026-09-09", "P1", "U"),
    ]
    rows = fields_of(office, finding("ca-truant", marks))["absences"]
    assert [(row["date"], row["part"], row["minutes"]) for row in rows] == [  # type: ignore[attr-defined]
        ("Tue, Sep 8, 2026", "all day", ""),
        ("Wed, Sep 9, 2026", "", "40 min"),  # late is not away: the period is told too
        ("Wed, Sep 9, 2026", "period 1", ""),
    ]


@pytest.mark.parametrize(
    ("symbol", "language", "meaning"),
    [
        ("W", "en", "late by more than 30 minutes"),
        ("W", "es", "llegada tarde por más de 30 minutos"),
        ("T", "en", "late"),
    ],
)
def test_who_was_late_for_the_day_was_not_away_all_day(
    tmp_path: Path, symbol: str, language: str, meaning: str
) -> None:
    office = school(tmp_path, "us-ca")
    found = finding("ca-tru2", [mark("2026-09-09", "DAY", symbol)])
    [row] = fields_of(office, found, language=language)["absences"]  # type: ignore[misc]
    assert (row["part"], row["meaning"]) == ("", meaning)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (say_days_or_parts(1, ENGLISH), "1 day or part of a day"),
        (say_days_or_parts(3, SPANISH), "3 días o partes de días"),
        (say_times(1, BRITISH), "once"),
        (say_times(6, SPANISH), "6 veces"),
        (say_minutes(1, ENGLISH), "1 minute"),
        (say_minutes(0, ENGLISH), ""),
        (say_ordinal(2, ENGLISH), "second"),
        (say_ordinal(3, SPANISH), "tercer"),
        (say_ordinal(9, ENGLISH), "9"),
        (say_window("one term", ENGLISH), "one semester"),
        (say_window("one term", BRITISH), "one term"),
        (say_window("one term", SPANISH), "un semestre"),
        (say_window("4 weeks", SPANISH), "4 semanas"),
    ],
)
def test_small_words(said: str, expected: str) -> None:
    assert said == expected


SLIPS = re.compile(r"  |\(\)| [,.]|:\s*\.|\b1 (days|días|times|veces|sessions|minutes)\b|«|\{")
"""What a reader stumbles over: holes where a value was empty, and “1 days”."""

SENDING = [
    (jurisdiction, trigger.id, language)
    for jurisdiction in ("gb-eng", "us-ca", "us-tx")
    for trigger in load_pack(jurisdiction).triggers
    if trigger.letter
    for language in (("en",) if jurisdiction == "gb-eng" else ("en", "es"))
]


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(("jurisdiction", "name", "language"), SENDING)
def test_every_letter_a_pack_sends_reads_without_a_slip(
    tmp_path: Path, jurisdiction: str, name: str, language: str, many: bool
) -> None:
    office = school(tmp_path, jurisdiction)
    trigger = office.policy.trigger(name)
    terms = trigger.on(WRITTEN)
    assert terms
    fewest = terms.least if isinstance(terms, CountTerms) else 1
    count = fewest + 11 if many else fewest
    symbol = {"eng-late": "U", "ca-exc": "I"}.get(name, {"gb-eng": "O"}.get(jurisdiction, "U"))
    marks = [
        mark(f"2026-10-{day:02}", "AM" if jurisdiction == "gb-eng" else "P1", symbol)
        for day in range(1, count + 1)
    ]
    share = isinstance(terms, RateTerms | ClassTerms)
    about = finding(
        name,
        () if isinstance(terms, RosterTerms) else marks,
        **{"letter": trigger.letter, "numerator": 80 if share else count},
        **{"denominator": 90 if share else None, "threshold": terms.threshold_text},
        **{"period": terms.period_text, "part": "P4" if isinstance(terms, ClassTerms) else ""},
    )
    done = [
        Action("000123", WRITTEN, "plan"),
        Action("000123", WRITTEN, "notice-to-improve", note="No more.", until=date(2026, 12, 11)),
    ]
    fields = fields_of(office, about, language=language, actions=done)
    rendered = letter_template(office, trigger.letter, language).render(fields)
    assert missing_values(rendered, fields, ALWAYS_SHOWN) == []
    lines = rendered.text.splitlines()
    assert [line for line in lines if SLIPS.search(line)] == []
    if language == "es":
        english = r"\b(days?|weeks?|months?|school|year|term|semester|reports?|late|the|and)\b"
        said = " ".join(str(fields[field]) for field in ("rule_period", "threshold", "dates_short"))
        assert not re.search(english, said)
