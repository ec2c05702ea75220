"""Preparing letters: each is entered with its words, its evidence and its template, for good.

What was prepared and not printed yet is looked at again first: a letter that relies on a mark
corrected since is withdrawn, so that no family is written to about an absence that was none.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from rollbook.ledger import Connection
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Event, Letter, State
from rollbook.letters.due import DueLetter, due_letters, reasons_now
from rollbook.letters.fields import letter_fields
from rollbook.letters.templates import keep_template
from rollbook.office import Office
from rollbook.rules import letters_due
from rollbook.standing import Standing

LIVE = tuple(state for state in State if state is not State.VOID)
"""The states of a letter that stands."""

NOT_PRINTED = (State.PREPARED, State.HELD, State.APPROVED)

AUTOMATIC = "automatic"

ADDRESS = ("street", "city", "region", "postcode")


def draft(office: Office, standing: Standing, at: datetime) -> tuple[list[Letter], list[DueLetter]]:
    """Prepare every letter that is due and ready; return those and the ones held back.

    Letters not printed yet whose evidence was corrected are voided first, with the reason. Safe to
    repeat: a letter that stands already is not prepared again.
    """
    with office.ledger.write() as connection:
        judge_again(office, connection, standing, at)
        due = due_letters(office, standing, book.letters(connection))
        prepared = [_prepare(office, connection, one, at) for one in due if one.ready]
    return prepared, [one for one in due if not one.ready]


def judge_again(office: Office, connection: Connection, standing: Standing, at: datetime) -> None:
    """Look once more at every letter not printed yet, against the register and roster of now.

    A letter is withdrawn when a mark it relies on was corrected, when its threshold is no longer
    crossed or a higher level is reached, and when it goes to somebody who may no longer have it or
    has moved. It is held when a reason to hold has come up.
    """
    waiting = book.letters(connection, states=NOT_PRINTED)
    corrected = {letter.serial: days for letter, days in overtaken(standing, waiting)}
    crossed = {(one.student_id, one.trigger) for one in letters_due(standing.findings())}
    events = []
    for letter in waiting:
        why = _why_withdrawn(letter, corrected.get(letter.serial, ()), crossed, standing)
        reasons = "" if why else "; ".join(reasons_now(office, standing, letter))
        if why or (reasons and reasons not in _held_for(connection, letter)):
            events.append(
                Event(
                    letter.serial,
                    State.VOID if why else State.HELD,
                    at.isoformat(timespec="seconds"),
                    office.settings.clerk,
                    f"withdrawn: {why}" if why else reasons,
                    letter.file,
                    again=bool(why),
                )
            )
    book.save_events(connection, events)


def _held_for(connection: Connection, letter: Letter) -> set[str]:
    """Return the reasons a letter was held for before: whoever approved it since has seen them."""
    events = book.events(connection, letter.serial)
    return {event.note for event in events if event.state is State.HELD}


def _why_withdrawn(
    letter: Letter,
    corrected: Sequence[date],
    crossed: Collection[tuple[str, str]],
    standing: Standing,
) -> str:
    """Say why a letter must not go any more; nothing when it may."""
    if corrected:
        return f"a mark of {_said(corrected)} was corrected after the letter was prepared"
    if (letter.student_id, letter.trigger) not in crossed:
        return "the threshold is no longer crossed, or a higher level is reached"
    name = str(letter.guardian["name"])
    now = [one for one in standing.guardians.get(letter.student_id, ()) if one.name == name]
    if not any(one.gets_letters and not one.court_order for one in now):
        return f"{name} may not have letters any more"
    if any(one.court_order for one in now):
        return f"{name} may not have letters any more (court order)"
    places = {(one.street, one.city, one.region, one.postcode) for one in now}
    if tuple(letter.guardian[part] for part in ADDRESS) not in places:
        return f"the address of {name} has changed"
    return ""


def overtaken(standing: Standing, letters: Sequence[Letter]) -> list[tuple[Letter, list[date]]]:
    """Return the letters that rely on marks corrected since, with the days of those marks."""
    now = _marks_now(standing, letters)
    found = []
    for letter in letters:
        corrected = {
            date.fromisoformat(day)
            for day, part, symbol in letter.evidence
            if (letter.student_id, day, part, symbol) not in now
        }
        if corrected:
            found.append((letter, sorted(corrected)))
    return found


def _marks_now(standing: Standing, letters: Sequence[Letter]) -> set[tuple[str, str, str, str]]:
    """Return the marks as they are now, of the students and of the codes the letters rely on."""
    frame = standing.marks
    about = frame["student_id"].isin({letter.student_id for letter in letters})
    codes = frame["symbol"].isin({symbol for letter in letters for *_, symbol in letter.evidence})
    chosen = frame[about & codes]
    return set(
        zip(
            chosen["student_id"].astype(str),
            chosen["date"].dt.strftime("%Y-%m-%d"),
            chosen["part"].astype(str),
            chosen["symbol"].astype(str),
            strict=True,
        )
    )


def _said(days: Sequence[date]) -> str:
    return ", ".join(day.isoformat() for day in days)


def _prepare(office: Office, connection: Connection, due: DueLetter, at: datetime) -> Letter:
    serial = book.new_letter_serial(connection, at.year)
    finding, guardian = due.finding, due.guardian
    year = office.calendar.year_of(finding.as_of)
    automatic = office.settings.letters.approval == AUTOMATIC
    letter = Letter(
        serial=serial,
        student_id=due.student.student_id,
        trigger=finding.trigger,
        part=due.part,
        guardian={name: getattr(guardian, name) for name in ("name", "relation", *ADDRESS)},
        language=due.language,
        template=finding.letter,
        template_digest=keep_template(office, finding.letter, due.language),
        fields=letter_fields(
            office,
            due.findings,
            due.student,
            guardian,
            language=due.language,
            serial=serial,
            letter_date=at.date(),
        ),
        evidence=[
            (mark.session.day.isoformat(), mark.session.part, mark.symbol) for mark in due.evidence
        ],
        school_year=year.name if year else "",
        as_of=finding.as_of,
        notes=due.notes,
        state=State.APPROVED if automatic else State.PREPARED,
    )
    stamp = at.isoformat(timespec="seconds")
    book.save_letter(connection, letter, stamp, office.settings.clerk)
    return letter
