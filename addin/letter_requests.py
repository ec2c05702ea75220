"""A letter asked for at the desk: what it has to tell, then the letter or why not.

The forms of documents ask these questions too; the rules are those of
:mod:`rollbook.letters.requesting`.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime

from addin.desk import Desk
from addin.jobs import Question, Told
from rollbook.ledger.letters import State
from rollbook.letters.facts import say_language
from rollbook.letters.requesting import AlreadyWritten, Request, Written, languages_of, write
from rollbook.office import Office
from rollbook.policy import Kind, RequestedLetter
from rollbook.problems import counted
from rollbook.standing import Standing

Answers = Mapping[str, str]

AGAIN = Question(
    "again", "Write another all the same?", "choice", (("no", "No"), ("yes", "Yes, write another"))
)


def letters_in(office: Office, day: date) -> list[tuple[str, str]]:
    """Return the letters that can be asked for: their ids for links, and titles."""
    return [(one.id, one.title) for one in office.policy.requested_on(day)]


def letter_questions(
    office: Office, standing: Standing, kind: str, student_id: str, answers: Answers, day: date
) -> list[Question]:
    """Return what has to be answered before the letter can be written; nothing when it can."""
    asked = office.policy.requested_letter(kind, day)
    languages = languages_of(office, standing, Request(kind, student_id), day)
    return [
        one
        for one in _questions(asked, languages - {office.policy.language})
        if one.name not in answers or (one.needed and not answers[one.name].strip())
    ]


def _questions(asked: RequestedLetter, others: Collection[str]) -> Iterator[Question]:
    """Ask each fact, and each sentence once more for a family that reads another language."""
    for one in asked.questions:
        needed = one.field in asked.asks
        kind = "day" if one.kind is Kind.DATE else "text"
        says = "Such as 14:30 or 2:30 pm." if one.kind is Kind.TIME else ""
        yield Question(one.field, one.text, kind, says=says, needed=needed)
        if one.kind is Kind.SENTENCE:
            for language in sorted(others):
                name = say_language(language)
                yield Question(
                    f"{one.field}:{language}",
                    f"The same in {name}",
                    says=f"A guardian is written to in {name}. Rollbook translates nothing.",
                    needed=needed,
                )


def write_now(
    desk: Desk, office: Office, kind: str, student_id: str, answers: Answers, at: datetime
) -> Told:
    """Write the letters and tell what became of them; or ask what is still to be answered.

    Raises ``NotAllowed`` with the sentence for the clerk when the letter cannot be written.
    """
    standing = desk.standing
    asks = letter_questions(office, standing, kind, student_id, answers, at.date())
    if asks:
        title = office.policy.letter_title(kind)
        return Told(f"{title}. Nothing is written yet: answer these first.", asks=asks)
    facts = {name: text for name, text in answers.items() if name != AGAIN.name and text.strip()}
    again = answers.get(AGAIN.name) == "yes"
    try:
        written = write(office, standing, Request(kind, student_id, facts, again=again), at)
    except AlreadyWritten as why:
        return Told(str(why), asks=(AGAIN,))
    return _told(written, desk.hands.keep_up(office).problems)


def _told(written: Written, waiting: Collection[str]) -> Told:
    held = [one for one in written.letters if one.state is State.HELD]
    ready = len(written.letters) - len(held)
    said = [f"{counted(ready, 'letter')} written"] if ready or not held else []
    said += [f"{counted(len(held), 'letter')} written and held"] if held else []
    problems = [
        *(f"{one.serial} to {one.guardian['name']} is held: {one.note}" for one in held),
        *(f"No letter to {one.guardian or 'anybody'}: {one.why}." for one in written.not_written),
        *dict.fromkeys(note for one in written.letters for note in one.notes),
        *waiting,
    ]
    return Told(f"{' and '.join(said)}.", "/letters", "Review and approve", problems)
