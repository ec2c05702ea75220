"""A student's card: who it is, how attendance stands, what was found, sent and done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import groupby

from babel import Locale

from addin.letter_requests import letters_in
from addin.pages.contacts import Contact, contacts_in
from addin.pages.heat import Heat, heat_of, word_for
from addin.pages.showing import day_text, moment_text
from rollbook.attendance import percent
from rollbook.ledger import care
from rollbook.ledger import letters as letter_book
from rollbook.ledger.letters import Letter, State
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.register import Action, Category, Guardian, HoldBack, Student
from rollbook.rules import Explanation
from rollbook.standing import Standing
from rollbook.verification.kinds import KINDS

_ENGLISH = Locale("en")


@dataclass(frozen=True, slots=True)
class Crossed:
    """What crossed a threshold and since when: in one class, where a rule looks at each class."""

    part: str
    says: str
    since: str


@dataclass(frozen=True, slots=True)
class Found:
    """A rule whose threshold was crossed, once or in several classes."""

    title: str
    trigger: str
    crossed: Sequence[Crossed]
    citations: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter of the student, and the days of its steps."""

    serial: str
    what: str
    to: str
    state: str
    days: str
    note: str


@dataclass(frozen=True, slots=True)
class Did:
    """An entry of the log of actions."""

    number: int
    day: str
    what: str
    guardian: str
    note: str
    by: str
    dates: str


@dataclass(frozen=True, slots=True)
class Caution:
    """What the clerk has to know before doing anything: a state, a word and a sentence."""

    state: str
    word: str
    says: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the card shows, in words."""

    student: Student
    id_says: str
    facts: Sequence[tuple[str, str]]
    cautions: Sequence[Caution]
    guardians: Sequence[Guardian]
    rate: str
    figures: Sequence[tuple[str, int]]
    heat: Heat
    found: Sequence[Found]
    sent: Sequence[Sent]
    did: Sequence[Did]
    contacts: Sequence[Contact]
    others: Sequence[str]
    documents: Sequence[tuple[str, str]]
    letters: Sequence[tuple[str, str]]
    as_of: str
    today: str


def card_of(office: Office, standing: Standing, student_id: str, now: datetime) -> Card:
    """Return the card of a student. Raises ``NotAllowed`` when nobody has the id."""
    student = standing.students.get(student_id)
    if student is None:
        raise NotAllowed(standing.no_student(student_id))
    with office.ledger.read() as connection:
        letters = letter_book.letters(connection, student_id=student_id)
        events = {one.serial: letter_book.events(connection, one.serial) for one in letters}
        actions = care.actions(connection, student_id)
        hold_backs = care.hold_backs(connection, student_id).get(student_id, [])
    english = office.policy.jurisdiction.startswith("gb")
    rate, figures = attendance_words(standing, student_id)
    first, others = contacts_in(office.policy.jurisdiction)
    return Card(
        student=student,
        id_says=_id_says(student, english),
        facts=list(_facts(standing, student)),
        cautions=list(_cautions(standing, student, hold_backs, now.date())),
        guardians=standing.guardians.get(student_id, ()),
        rate=rate,
        figures=figures,
        heat=heat_of(standing, student_id),
        found=found_in(standing.explain(student_id)),
        sent=[_sent(office, one, events[one.serial]) for one in reversed(letters)],
        did=[_did(one) for one in reversed(actions)],
        contacts=first,
        others=others,
        documents=documents_in(office.policy.jurisdiction),
        letters=letters_in(office, now.date()),
        as_of=day_text(standing.as_of),
        today=now.date().isoformat(),
    )


def documents_in(jurisdiction: str) -> list[tuple[str, str]]:
    """Return the documents that can be asked for there: their names for links, and titles."""
    return [
        (kind.slug, kind.title_in(jurisdiction))
        for kind in KINDS.values()
        if jurisdiction in kind.jurisdictions
    ]


def attendance_words(standing: Standing, student_id: str) -> tuple[str, list[tuple[str, int]]]:
    """Return a student's rate in words and the figures it is made of."""
    figures = standing.attendance(student_id)
    unit = unit_of(standing)
    english = standing.pack.jurisdiction.startswith("gb")
    told = [
        (f"Possible {unit}", figures.possible),
        ("Attended", figures.attended),
        (word_for(Category.AUTHORISED, english).capitalize(), figures.authorised),
        (word_for(Category.UNAUTHORISED, english).capitalize(), figures.unauthorised),
        ("Late", figures.late),
        ("No mark", figures.missing),
    ]
    return rate_words(figures.rate, unit), told


def unit_of(standing: Standing) -> str:
    """Return what attendance is counted in: sessions or days."""
    return "sessions" if standing.pack.method == "sessions" else "days"


def rate_words(rate: Fraction | None, unit: str) -> str:
    """Say a rate with its kind; no figure where nothing was possible."""
    return f"{percent(rate)} % of {unit}" if rate is not None else f"No {unit} to count yet"


def _id_says(student: Student, english: bool) -> str:
    state = f", {'UPN' if english else 'state id'} {student.state_id}" if student.state_id else ""
    return f"{student.student_id}{state}"


def _facts(standing: Standing, student: Student) -> list[tuple[str, str]]:
    stretches = standing.enrolments_of(student.student_id)
    now = [one for one in stretches if one.holds(standing.as_of)]
    left = [one.withdrawal_date for one in stretches if one.withdrawal_date]
    facts = [
        ("Known as", student.known_as if student.known_as != student.given_name else ""),
        ("Year" if standing.pack.jurisdiction.startswith("gb") else "Grade", student.grade),
        ("Form", student.form),
        ("Campus", student.campus),
        ("Born", day_text(student.birth_date) if student.birth_date else ""),
        ("Language at home", language_name(student.language)),
        ("On roll since", day_text(now[-1].entry_date) if now else ""),
        ("Left on", day_text(max(left)) if left and not now else ""),
    ]
    return [(name, value) for name, value in facts if value]


def language_name(code: str) -> str:
    """Return the English name of a language; the code itself when it is none we know."""
    return str(_ENGLISH.languages.get(code, code))


def _cautions(
    standing: Standing, student: Student, hold_backs: Sequence[HoldBack], today: date
) -> list[Caution]:
    noted = [
        Caution(
            "act",
            "Hold back",
            f"{_plain(one.reason).capitalize()}{_until(one)}.{f' {one.note}.' if one.note else ''}",
        )
        for one in hold_backs
        if one.holds(today)
    ]
    flags = [
        Caution("act", "Hold back", f"{_plain(flag).capitalize()}, as the roster says.")
        for flag in sorted(student.flags)
        if flag not in {one.reason for one in hold_backs if one.holds(today)}
    ]
    orders = [
        Caution("urgent", "Court order", f"Nothing goes to {one.name}.")
        for one in standing.guardians.get(student.student_id, ())
        if one.court_order
    ]
    gone = []
    if not standing.is_enrolled(student.student_id):
        gone = [Caution("watch", "Not on roll", f"As of {day_text(standing.as_of)}.")]
    return [*orders, *noted, *flags, *gone]


def _until(one: HoldBack) -> str:
    return f" until {day_text(one.last)}" if one.last else f" since {day_text(one.first)}"


def found_in(explained: Iterable[Explanation]) -> list[Found]:
    """Return the rules that were crossed; one that is crossed in several classes is told once."""
    crossed = [one for one in explained if one.crossed]
    return [_found(list(of_rule)) for _, of_rule in groupby(crossed, lambda one: one.trigger)]


def _found(explained: Sequence[Explanation]) -> Found:
    first = explained[0]
    parts = ", ".join(one.part for one in explained if one.part)
    is_alone = len(explained) == 1
    return Found(
        title=f"{first.title}{f': {parts}' if parts else ''}",
        trigger=first.trigger,
        crossed=[_crossed(one, one.sentence if is_alone else f"{one.value}.") for one in explained],
        citations="; ".join(dict.fromkeys(each for one in explained for each in one.citations)),
    )


def _crossed(one: Explanation, says: str) -> Crossed:
    assert one.finding is not None
    return Crossed(one.part, says, day_text(one.finding.crossed_on))


def _sent(office: Office, letter: Letter, events: Sequence[letter_book.Event]) -> Sent:
    days = {event.state: day_text(date.fromisoformat(event.at[:10])) for event in events}
    return Sent(
        serial=letter.serial,
        what=letter_title(office, letter),
        to=str(letter.guardian.get("name", "")),
        state=letter.state.value,
        days=", ".join(f"{state.value} {day}" for state, day in days.items()),
        note=letter.note if letter.state in (State.HELD, State.VOID) else "",
    )


def letter_title(office: Office, letter: Letter) -> str:
    """Say what a letter is about."""
    if letter.withdraws:
        return f"Takes back {letter.withdraws}"
    return office.policy.letter_title(letter.trigger)


def _did(action: Action) -> Did:
    dates = [
        f"{word} {day_text(day)}"
        for word, day in (("received", action.received), ("until", action.until))
        if day
    ]
    entered = f", {moment_text(action.at)}" if action.at else ""
    return Did(
        number=action.number,
        day=day_text(action.day),
        what=_plain(action.kind).capitalize(),
        guardian=action.guardian,
        note=action.note,
        by=f"{action.by or 'the office'}{entered}",
        dates=", ".join(dates),
    )


def _plain(slug: str) -> str:
    return slug.replace("-", " ")
