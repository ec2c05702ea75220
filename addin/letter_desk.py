"""Letters at the desk: which ones a selection means, how they are spoken of, and asking first."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from babel import Locale
from babel.dates import format_date

from addin.buttons import Press
from addin.desk import Desk
from addin.jobs import Cancelled, Question, Told
from addin.sheet import selected_serials, selected_students
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Letter, State
from rollbook.letters import OUT, Corrected, corrected_since, due_letters, several_to_one
from rollbook.letters.due import REQUESTED
from rollbook.letters.ways import Ways, unclear
from rollbook.office import Office
from rollbook.policy import RateTerms
from rollbook.problems import NotAllowed, counted
from rollbook.standing import Standing

NAMED_AT_MOST = 8
_SERIAL = re.compile(r"L-\d{4}-\d+", re.IGNORECASE)
_WITHDRAWAL = "Takes back a letter"


def letter_log(office: Office) -> list[Letter]:
    """Return every letter as it is now, in order of serial."""
    with office.ledger.read() as connection:
        return book.letters(connection)


@dataclass(frozen=True, slots=True)
class Meant:
    """The letters a selection is about, and whether the clerk named each by its serial."""

    letters: Sequence[Letter]
    by_serial: bool

    def those_in(self, states: Collection[State]) -> list[Letter]:
        """Return those of the letters that are in some states."""
        return [one for one in self.letters if one.state in states]


def meant(at: Press) -> Meant:
    """Return the letters of the selected rows: of a letter log, or of a list of students.

    Raises ``NotAllowed``, and nothing is done, when a row names a letter or a student that the
    office does not know.
    """
    log = letter_log(at.office)
    serials = [one.upper() for one in selected_serials(at)]
    if not any(_SERIAL.fullmatch(one) for one in serials):  # a tracker may have a “Ref” of its own
        students = selected_students(at)
        return Meant([one for one in log if one.student_id in students], False)
    known = {one.serial: one for one in log}
    for serial in serials:
        if serial not in known:
            raise NotAllowed(f"There is no letter “{serial}” in the log. Nothing was done.")
    return Meant([known[serial] for serial in serials], True)


def are(number: int) -> str:
    """Return the verb for so many."""
    return "is" if number == 1 else "are"


def states_of(letters: Iterable[Letter]) -> str:
    """Say how many letters are in which state: ``2 held, 1 mailed``; empty for no letters."""
    states = [one.state for one in letters]
    return ", ".join(f"{states.count(one):,} {one.value}" for one in State if one in states)


def about_whom(letters: Sequence[Letter]) -> str:
    """Name the students letters are about, the first few of many."""
    names = list(dict.fromkeys(str(one.fields["student_name"]) for one in letters))
    shown, more = names[:NAMED_AT_MOST], len(names) - NAMED_AT_MOST
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def families(letters: Sequence[Letter], log: Iterable[Letter]) -> str:
    """Say how many families get more than one letter, with those that wait for the printer."""
    serials = {one.serial for one in letters}
    waiting = [one for one in log if one.state is State.APPROVED and one.serial not in serials]
    several = [
        name
        for name, found in several_to_one([*letters, *waiting])
        if any(one.serial in serials for one in found)
    ]
    if not several:
        return ""
    return (
        f"{counted(len(several), 'family')} {'gets' if len(several) == 1 else 'get'} more than one."
    )


def title_of(office: Office, letter: Letter) -> str:
    """Return what a letter is, in the words of the rule pack."""
    if letter.withdraws:
        return f"{_WITHDRAWAL}: {letter.withdraws}"
    return title_of_rule(office, letter.trigger)


def title_of_rule(office: Office, trigger: str) -> str:
    """Return what a rule, or a letter to be asked for, is called in the pack."""
    return office.policy.letter_title(trigger)


def why_of(office: Office, letter: Letter) -> str:
    """Say in one sentence why a letter was prepared, from what was kept with it."""
    if letter.withdraws:
        return f"{letter.withdraws} rested on marks that were corrected."
    if letter.part == REQUESTED:
        return "A clerk asked for it."
    days = sorted({date.fromisoformat(day) for day, *_ in letter.evidence})
    until = say_day(office, letter.as_of)
    rate, test = letter.fields.get("attendance_percent", ""), _rate_test(office, letter)
    if rate and test:
        return f"Attendance {rate} up to {until}; the rule is {test}."
    if not days:
        return f"As of {until}."
    marks = counted(len(letter.evidence), "mark")
    if len(days) == 1:
        return f"{marks} on {say_day(office, days[0])}."
    return f"{marks} from {say_day(office, days[0])} to {say_day(office, days[-1])}."


def _rate_test(office: Office, letter: Letter) -> str:
    """Return the test of a rule about a rate, in words; nothing for any other rule."""
    known = {one.id: one for one in office.policy.triggers}
    terms = known[letter.trigger].on(letter.as_of) if letter.trigger in known else None
    return terms.test_text if isinstance(terms, RateTerms) else ""


def say_day(office: Office, day: date) -> str:
    """Return a date as it is written in the jurisdiction, short: Nov 6, 2026 or 6 Nov 2026."""
    return format_date(day, "medium", locale=office.policy.locale)


def say_language(office: Office, code: str) -> str:
    """Return a language's name in the office's own language; the code where it has none."""
    names = Locale.parse(office.policy.locale).languages
    return str(names.get(code.split("-")[0], code))


def corrected_now(
    office: Office, standing: Standing, log: Sequence[Letter], letters: Collection[Letter]
) -> dict[str, str]:
    """Say of letters that are out what is to be done, where marks they rest on were corrected.

    Returns the sentence by serial; a letter that stands all the same is not in it.
    """
    if not any(one.state in OUT for one in letters):
        return {}
    asked = {one.serial for one in letters}
    return {
        one.letter.serial: _what_now(office, one)
        for one in corrected_since(standing, log)
        if one.letter.serial in asked and not one.stands
    }


@dataclass(frozen=True, slots=True)
class ByEmail:
    """The letters that a press for all of a state leaves alone, because of their e-mail."""

    going: frozenset[str] = frozenset()  # approved: they are sent, not printed
    doubtful: frozenset[str] = frozenset()  # nobody knows whether they went

    def __contains__(self, letter: Letter) -> bool:
        return letter.serial in self.going or letter.serial in self.doubtful


def by_email(office: Office, standing: Standing, letters: Collection[Letter]) -> ByEmail:
    """Return which of these letters go by e-mail, and which may have gone so."""
    if not office.settings.email.host:
        return ByEmail()
    with office.ledger.read() as connection:
        doubtful = frozenset(letter.serial for letter, _ in unclear(connection))
        ways = Ways.read(office, standing, connection)
    approved = [one for one in letters if one.state is State.APPROVED]
    post = {one.serial for one in ways.by_post(approved)}
    return ByEmail(frozenset(one.serial for one in approved) - post, doubtful)


def _what_now(office: Office, one: Corrected) -> str:
    days = ", ".join(say_day(office, day) for day in one.days)
    why = f"Marks of {days} were corrected since" if days else "A letter before it is taken back"
    if one.letter.state is State.PRINTED:
        return f"{why}: do not mail it. Void it, and let it be prepared again."
    return f"{why}: {one.what_now}."


_asked: dict[tuple[str, str], tuple[str, ...]] = {}


def ask(
    at: Press, step: str, serials: Sequence[str], sentence: str, questions: Sequence[Question]
) -> Told:
    """Ask before a step, and note about which letters the clerk is asked."""
    _asked[at.by, step] = tuple(serials)
    return Told(sentence, asks=questions)


def was_asked(at: Press, step: str, serials: Sequence[str]) -> bool:
    """Whether the clerk was asked about exactly these letters.

    Between question and answer somebody else may have prepared or mailed some: then the question
    is another, and is asked again.
    """
    return _asked.pop((at.by, step), None) == tuple(serials)


@dataclass(frozen=True, slots=True)
class Logs:
    """What became of the letter logs in the workbooks: a sentence to add, and what must wait."""

    said: str = ""
    waiting: Sequence[str] = ()


def keep_logs(at: Press) -> Logs:
    """Bring the letter logs in the adopted workbooks up to date."""
    done = at.desk.hands.keep_up(at.office)
    waiting = [*done.problems]
    if waiting:
        waiting.append("A workbook that is open now gets its letter log with Tracking → Refresh.")
    said = ""
    if done.says:
        said = f" {counted(len(done.says), 'workbook')} brought up to date."
    return Logs(said, waiting)


@dataclass
class Stoppable:
    """Tells how far a batch is, and says no once the clerk has stopped it: between letters."""

    at: Press
    says: str
    stopped: bool = False

    def __call__(self, done: int, of: int) -> bool:
        """Say that the next letter is begun; whether it is to be."""
        try:
            self.at.tell(f"{self.says} {done + 1:,} of {of:,}", done, of)
        except Cancelled:
            self.stopped = True
        return not self.stopped


def due_now(office: Office, desk: Desk) -> tuple[int, int]:
    """Return how many letters are due and ready, and how many are due and held."""
    found = due_letters(office, desk.standing, letter_log(office), desk.now().date())
    ready = sum(one.ready for one in found)
    return ready, len(found) - ready


def stopped_sentences(stopped: Iterable[Letter]) -> list[str]:
    """Say of letters that were stopped instead of approved what became of them, and why."""
    return [
        f"{one.serial}, {one.fields['student_name']}: {one.state.value}, not approved: {one.note}"
        for one in stopped
    ]
