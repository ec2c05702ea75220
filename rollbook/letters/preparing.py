"""Preparing letters: each is entered with its words, its evidence and its template, for good.

What was prepared and not printed yet is looked at again first: a letter that relies on a mark
corrected since is withdrawn, so that no family is written to about an absence that was none.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rollbook.ledger import Connection
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Event, Letter, State
from rollbook.letters.due import (
    REQUESTED,
    DueLetter,
    actions_about,
    due_letters,
    reasons_now,
)
from rollbook.letters.fields import letter_fields, withdrawal_fields
from rollbook.letters.figures import figures_changed
from rollbook.letters.holding import Desk
from rollbook.letters.life import BY_HAND
from rollbook.letters.overtaken import no_longer_true, overtaken
from rollbook.letters.persons import who_now
from rollbook.letters.templates import keep_template
from rollbook.office import Office
from rollbook.policy import RosterTerms
from rollbook.rules import letters_due
from rollbook.standing import Standing

LIVE = tuple(state for state in State if state is not State.VOID)
"""The states of a letter that stands."""

NOT_PRINTED = (State.PREPARED, State.HELD, State.APPROVED)

AUTOMATIC = "automatic"

_END_OF_CARE = "rollbook holdback end"
"""Stands in the reason of a letter that is held for care: it goes on when the care has ended."""

AS_IS = "as it is"
"""How the note begins with which a person lets a held letter go as it is."""

ADDRESS = ("street", "city", "region", "postcode")


def draft(
    office: Office,
    standing: Standing,
    at: datetime,
    *,
    only: Collection[str] | None = None,
    go_on: Callable[[int, int], bool] = lambda done, of: True,
) -> tuple[list[Letter], list[DueLetter]]:
    """Prepare every letter that is due and ready; return those and the ones held back.

    Letters not printed yet whose evidence was corrected are voided first, with the reason; a mailed
    one that has lost its ground is taken back by a letter of its own. Safe to repeat: a letter that
    stands already is not prepared again.

    With ``only``, letters about these students alone: what comes out for them is what comes out
    when everybody's are prepared, and nobody else's letters are judged or touched. ``go_on`` is
    asked before each letter, with how many are done and of how many; when it says no the rest stay
    due, and what was prepared until then is kept.
    """
    with office.ledger.write() as connection:
        judge_again(office, connection, standing, at, only)
        log = book.letters(connection)
        standing = standing.with_letters(log)
        due = [
            one
            for one in due_letters(office, standing, log, at.date())
            if only is None or one.student.student_id in only
        ]
        ready = [one for one in due if one.ready]
        prepared: list[Letter] = []
        for one in ready:
            if not go_on(len(prepared), len(ready)):
                break
            prepared.append(_prepare(office, connection, standing, one, at))
    return prepared, [one for one in due if not one.ready]


def judge_again(
    office: Office,
    connection: Connection,
    standing: Standing,
    at: datetime,
    only: Collection[str] | None = None,
) -> None:
    """Look once more at every letter not printed yet, against the register and roster of now.

    A letter is withdrawn when a mark it relies on was corrected, when its threshold is no longer
    crossed or a higher level is reached, and when it goes to somebody who may no longer have it or
    has moved. It is held when a reason to hold has come up, and waits for approval again when a
    reason for care that held it is over. With ``only``, letters about these students alone.
    """
    book.save_events(connection, judged(office, connection, standing, at, only))


def judged(
    office: Office,
    connection: Connection,
    standing: Standing,
    at: datetime,
    only: Collection[str] | None = None,
) -> list[Event]:
    """Return the steps that judging the letters not printed yet again would enter."""
    log = book.letters(connection, words=False)
    waiting = [
        one for one in log if one.state in NOT_PRINTED and (only is None or one.student_id in only)
    ]
    if not waiting:
        return []
    grounds = _Grounds.of(
        office, standing, log, waiting, _untrue_figures(connection, office, standing, waiting)
    )
    desk = Desk(office, standing, at.date(), book.standing(log))
    events = []
    for letter in waiting:
        why = grounds.why_withdrawn(letter) or why_not_to_them(standing, letter)
        if letter.state is State.HELD and BY_HAND in letter.note and not why:
            continue  # whoever holds it has a reason of their own
        reasons = [] if why else reasons_now(desk, letter)
        if reasons:
            let_go = accepted(connection, letter.serial)
            reasons = [one for one in reasons if not any(one in note for note in let_go)]
        held_for = "; ".join(reasons)
        if why:
            state, note = State.VOID, f"withdrawn: {why}"
        elif held_for and (letter.state is not State.HELD or letter.note != held_for):
            state, note = State.HELD, held_for
        elif not reasons and letter.state is State.HELD and _END_OF_CARE in letter.note:
            state, note = State.PREPARED, "what held it is over"
        else:
            continue
        stamp, clerk = at.isoformat(timespec="seconds"), office.settings.clerk
        again = state is State.VOID
        events.append(Event(letter.serial, state, stamp, clerk, note, letter.file, again))
    return events


def accepted(connection: Connection, serial: str) -> list[str]:
    """Return the notes of what held a letter and was let go as it is by a person who read it.

    What held it before it was last free to be approved does not count: it may come up anew.
    """
    read: list[str] = []
    let_go: list[str] = []
    for event in book.events(connection, serial):
        if event.state is State.PREPARED:
            read, let_go = [], []
        elif event.state is State.HELD:
            read.append(event.note)
        elif event.state is State.APPROVED and event.note.startswith(AS_IS):
            let_go += read
    return let_go


def _untrue_figures(
    connection: Connection, office: Office, standing: Standing, waiting: Sequence[Letter]
) -> dict[str, str]:
    """Say of letters that were asked for which figure the register does not bear out any more."""
    serials = [one.serial for one in waiting if one.part == REQUESTED]
    return {
        letter.serial: why
        for letter in (book.letters(connection, serials=serials) if serials else ())
        if (why := figures_changed(office, standing, letter))
    }


@dataclass(frozen=True)
class _Grounds:
    """What letters rest on, as it is now: marks, thresholds, letters that must be taken back."""

    office: Office
    corrected: Mapping[str, Sequence[date]]
    crossed: Collection[tuple[str, str]]
    to_take_back: Collection[str]
    standing: Standing
    untrue: Mapping[str, str]

    @classmethod
    def of(
        cls,
        office: Office,
        standing: Standing,
        log: Sequence[Letter],
        waiting: Sequence[Letter],
        untrue: Mapping[str, str],
    ) -> "_Grounds":
        """Look at the register once for all the letters that wait."""
        return cls(
            office,
            {letter.serial: days for letter, days in overtaken(standing, waiting)},
            {(one.student_id, one.trigger) for one in letters_due(standing.findings())},
            {letter.serial for letter, _ in no_longer_true(standing, log)},
            standing,
            untrue,
        )

    def why_withdrawn(self, letter: Letter) -> str:
        """Say why a letter has no ground any more; nothing when it has."""
        if letter.withdraws:
            stands = letter.withdraws not in self.to_take_back
            return f"{letter.withdraws}, which it takes back, stands again" if stands else ""
        if letter.part == REQUESTED:
            return self.untrue.get(letter.serial, "")
        if letter.trigger in self.office.settings.letters.without:
            return f"office.toml says that {letter.trigger} sends no letter here"
        days = self.corrected.get(letter.serial)
        if days:
            return f"a mark of {_said(days)} was corrected after the letter was prepared"
        if (letter.student_id, letter.trigger) in self.crossed or self._is_for_everyone(letter):
            return ""
        return "the threshold is no longer crossed, or a higher level is reached"

    def _is_for_everyone(self, letter: Letter) -> bool:
        """Say whether the letter goes to everyone: due for some days only, but true all year."""
        terms = self.office.policy.trigger(letter.trigger).on(letter.as_of)
        year = self.office.calendar.year_of(self.standing.as_of)
        this_year = year is not None and letter.school_year == year.name
        return isinstance(terms, RosterTerms) and this_year


def why_not_to_them(standing: Standing, letter: Letter) -> str:
    """Say why a letter must not go to whom it is addressed; nothing when it may."""
    name = str(letter.guardian["name"])
    roster = standing.guardians.get(letter.student_id, ())
    now = [one for one in roster if one.name == name]
    if not now:
        person = who_now(letter.guardian, roster)
        if person and person.gets_letters and not person.court_order:
            return f"the name of {name} is {person.name} now"
    if any(one.court_order for one in now):
        return f"{name} may not have letters any more (court order)"
    if not any(one.gets_letters for one in now):
        return f"{name} may not have letters any more"
    places = {(one.street, one.city, one.region, one.postcode) for one in now}
    if tuple(letter.guardian[part] for part in ADDRESS) not in places:
        return f"the address of {name} has changed"
    return ""


def _said(days: Sequence[date]) -> str:
    return ", ".join(day.isoformat() for day in days)


def _prepare(
    office: Office, connection: Connection, standing: Standing, due: DueLetter, at: datetime
) -> Letter:
    serial = book.new_letter_serial(connection, at.year)
    as_of = standing.as_of if due.withdraws else due.finding.as_of
    year = office.calendar.year_of(as_of)
    automatic = office.settings.letters.approval == AUTOMATIC
    letter = Letter(
        serial=serial,
        student_id=due.student.student_id,
        trigger=due.trigger,
        part=due.part,
        guardian={name: getattr(due.guardian, name) for name in ("name", "relation", *ADDRESS)},
        language=due.language,
        template=due.template,
        template_digest=keep_template(office, due.template, due.language),
        fields=_fields(office, standing, due, serial, at.date()),
        evidence=[
            (mark.session.day.isoformat(), mark.session.part, mark.symbol) for mark in due.evidence
        ],
        school_year=year.name if year else "",
        as_of=as_of,
        notes=due.notes,
        withdraws=due.withdraws.serial if due.withdraws else "",
        state=State.APPROVED if automatic else State.PREPARED,
    )
    stamp = at.isoformat(timespec="seconds")
    book.save_letter(connection, letter, stamp, office.settings.clerk)
    return letter


def _fields(
    office: Office, standing: Standing, due: DueLetter, serial: str, day: date
) -> dict[str, object]:
    """Return what a letter says."""
    if due.withdraws:
        return withdrawal_fields(
            office,
            due.withdraws,
            due.corrected,
            due.student,
            due.guardian,
            language=due.language,
            serial=serial,
            letter_date=day,
            staff=standing.staff,
        )
    return letter_fields(
        office,
        due.findings,
        due.student,
        due.guardian,
        language=due.language,
        serial=serial,
        letter_date=day,
        actions=actions_about(standing, due.student.student_id),
        staff=standing.staff,
    )
