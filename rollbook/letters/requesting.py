"""Writing a letter that a clerk asks for, into the ordinary life of letters.

No count finds it: who asks gives its facts, and the register its figures. One letter goes to each
guardian who should get letters, and each is approved, printed and mailed as any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from rollbook.ledger import Connection
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Letter, State
from rollbook.letters.due import REQUESTED, addressees, written_in
from rollbook.letters.facts import Facts, read_facts
from rollbook.letters.figures import figures_of
from rollbook.letters.holding import Desk, person_reasons, why_requested_held
from rollbook.letters.letterhead import nothing_said, penalty, people, reply_by, school
from rollbook.letters.preparing import ADDRESS, AUTOMATIC
from rollbook.letters.templates import keep_template, letter_template, why_unusable
from rollbook.letters.wording import (
    locale_of,
    say_long_date,
    say_threshold,
    say_window,
    words_of,
)
from rollbook.office import Office
from rollbook.policy import PolicyPack, RequestedLetter, Sure
from rollbook.problems import NotAllowed
from rollbook.register import Guardian, Student
from rollbook.standing import Standing


class AlreadyWritten(NotAllowed):
    """The same letter was written to the same person today; another has to be meant."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a clerk asks for: which letter, about whom, with which facts.

    ``guardian`` names the one adult it goes to; otherwise it goes to all who should get letters.
    ``again`` writes it although the same letter was written to the same person today.
    """

    kind: str
    student_id: str
    facts: Mapping[str, str] = field(default_factory=dict)
    guardian: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class NotWritten:
    """A guardian to whom no letter could be written, and why."""

    guardian: str
    why: str


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a request: the letters prepared or held, and whom none could be written."""

    letters: Sequence[Letter]
    not_written: Sequence[NotWritten] = ()


@dataclass(frozen=True, slots=True)
class _Writing:
    """One letter before it has a serial."""

    asked: RequestedLetter
    student: Student
    guardian: Guardian
    language: str
    facts: Facts
    notes: tuple[str, ...]


def write(office: Office, standing: Standing, request: Request, at: datetime) -> Written:
    """Write the letters of a request; they wait for approval, or are held with the reason.

    Raises ``NotAllowed`` when the letter or student is not known, a fact is missing or cannot be,
    the figures do not bear the letter out, or it was written today: nothing is written then.
    """
    asked, student = _what_about_whom(office, standing, request, at.date())
    guardians = _to_whom(standing, request)
    spoken = languages_of(office, standing, request, at.date())
    facts = read_facts(office.policy, asked, request.facts, spoken, at.date())
    _refuse_without_figures(office, standing, asked, student)
    remarks = tuple(facts.notes(office.calendar, at.date()))
    with office.ledger.write() as connection:
        log = book.letters(connection, student_id=student.student_id)
        desk = Desk(office, standing, at.date(), book.standing(log))
        if not request.again:
            _refuse_twice(log, request, guardians, at.date())
        written, not_written = [], []
        for guardian in guardians:
            language, notes = written_in(office, asked.letter, guardian, student)
            why = _why_not(desk, asked, student, guardian, language)
            if why:
                not_written.append(NotWritten(guardian.name, why))
                continue
            one = _Writing(asked, student, guardian, language, facts, (*notes, *remarks))
            written.append(_prepare(desk, connection, one, at))
    return Written(written, not_written)


def languages_of(office: Office, standing: Standing, request: Request, on: date) -> set[str]:
    """Return the languages the letters of a request would be in.

    Raises ``NotAllowed`` when the letter, the student or the guardian is not known.
    """
    asked, student = _what_about_whom(office, standing, request, on)
    return {
        written_in(office, asked.letter, one, student)[0] for one in _to_whom(standing, request)
    }


def _what_about_whom(
    office: Office, standing: Standing, request: Request, on: date
) -> tuple[RequestedLetter, Student]:
    possible = office.policy.requested_on(on)
    asked = next((one for one in possible if one.id == request.kind.strip().lower()), None)
    if asked is None:
        names = ", ".join(one.id for one in possible)
        raise NotAllowed(
            f"There is no letter “{request.kind}” to be asked for. There are: {names or 'none'}. "
            "See what each asks: rollbook letters kinds"
        )
    student = standing.students.get(request.student_id)
    if student is None:
        raise NotAllowed(standing.no_student(request.student_id))
    return asked, student


def _to_whom(standing: Standing, request: Request) -> list[Guardian]:
    """Return whom the letter goes to: all who should get letters, or the one named."""
    known = standing.guardians.get(request.student_id, ())
    if not request.guardian:
        return addressees(known)
    wanted = " ".join(request.guardian.split()).casefold()
    found = [one for one in known if one.name.casefold() == wanted]
    if not found:
        names = ", ".join(one.name for one in known if one.name)
        raise NotAllowed(
            f"{request.student_id} has no guardian “{request.guardian}” on the roster. "
            f"There are: {names or 'none'}. Nothing was written."
        )
    return found[:1]


def _refuse_twice(
    log: Sequence[Letter], request: Request, guardians: Sequence[Guardian], on: date
) -> None:
    names = {one.name for one in guardians}
    for one in log:
        same = (one.trigger, one.part) == (request.kind.strip().lower(), REQUESTED)
        if same and one.state is not State.VOID and one.prepared == on:
            if one.guardian["name"] in names:
                raise AlreadyWritten(
                    f"{one.serial} ({one.state.value}) is the same letter to "
                    f"{one.guardian['name']}, written today. Nothing was written."
                )


def _refuse_without_figures(
    office: Office, standing: Standing, asked: RequestedLetter, student: Student
) -> None:
    """Refuse a letter that says how many days were missed where the register shows none."""
    figures = figures_of(standing, asked, student.student_id, office.policy.language)
    if asked.improvement or why_unusable(office, asked.letter, office.policy.language):
        return
    shown = letter_template(office, asked.letter, office.policy.language).fields
    if "days_missed" in shown and figures["days_missed_number"] == "0":
        raise NotAllowed(
            f"The letter {asked.id} says how many days were missed, and the register shows none of "
            f"{student.student_id} from {standing.year_start} to {standing.as_of}. "
            "Nothing was written."
        )


def _why_not(
    desk: Desk, asked: RequestedLetter, student: Student, guardian: Guardian, language: str
) -> str:
    """Say why no letter can be written to a guardian; a reason for care only holds it."""
    unusable = why_unusable(desk.office, asked.letter, language)
    person = person_reasons(desk.standing, student, guardian)
    return "; ".join([*person, *([unusable] if unusable else [])])


def _prepare(desk: Desk, connection: Connection, one: _Writing, at: datetime) -> Letter:
    office, standing = desk.office, desk.standing
    held = "; ".join(why_requested_held(desk, one.asked.id, one.student, one.guardian))
    ready = State.APPROVED if office.settings.letters.approval == AUTOMATIC else State.PREPARED
    serial = book.new_letter_serial(connection, at.year)
    year = office.calendar.year_of(standing.as_of)
    letter = Letter(
        serial=serial,
        student_id=one.student.student_id,
        trigger=one.asked.id,
        part=REQUESTED,
        guardian={name: getattr(one.guardian, name) for name in ("name", "relation", *ADDRESS)},
        language=one.language,
        template=one.asked.letter,
        template_digest=keep_template(office, one.asked.letter, one.language),
        fields=_fields(desk, one, serial, at.date()),
        evidence=[],
        school_year=year.name if year else "",
        as_of=standing.as_of,
        notes=one.notes,
        state=State.HELD if held else ready,
        note=held,
    )
    stamp = at.isoformat(timespec="seconds")
    book.save_letter(connection, letter, stamp, office.settings.clerk)
    return book.letters(connection, serials=[serial])[0]


def _fields(desk: Desk, one: _Writing, serial: str, day: date) -> dict[str, object]:
    office, asked = desk.office, one.asked
    locale = locale_of(office.policy, one.language)
    words = words_of(locale)
    reference = "" if asked.sure is Sure.LOCAL else asked.citation
    return {
        **nothing_said(),
        **people(one.student, one.guardian, locale, day),
        **school(office, desk.standing.staff, one.student, words),
        **_cited(office.policy, asked, day, locale),
        **figures_of(desk.standing, asked, one.student.student_id, one.language),
        **one.facts.worded(office.policy, one.language),
        "reply_by": say_long_date(_answer_by(office, one.facts, day), locale),
        "serial": serial,
        "barcode": serial,
        "reference": reference.replace("(check)", words.check),
        "language": one.language,
    }


def _answer_by(office: Office, facts: Facts, day: date) -> date:
    """Return the day by which an answer is asked for: before the meeting or the leave begins."""
    usual = reply_by(office, day)
    begins = [facts.days[name] for name in ("meeting_date", "leave_from") if name in facts.days]
    first = min((one for one in begins if one > day), default=None)
    if first is None or usual < first:
        return usual
    before = office.calendar.school_days_between(day, first - timedelta(days=1))
    return before[-1] if before else day


def _cited(pack: PolicyPack, asked: RequestedLetter, day: date, locale: str) -> dict[str, object]:
    """Return the numbers of the rule that the letter tells of."""
    terms = pack.trigger(asked.cites).on(day) if asked.cites else None
    if terms is None:
        return {}
    words = words_of(locale)
    return {
        **penalty(pack, day, locale),
        "threshold": say_threshold(terms.threshold_text, words, locale),
        "rule_period": say_window(terms.period_text, words),
    }
