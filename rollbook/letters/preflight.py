"""Pre-flight: every letter of a batch is looked at before the first one is written.

Each check says why a letter must not go as it is and what is to be done; that letter is held and
the others go on. What rests on the register alone (care, sequence, corrected marks) is judged in
:mod:`rollbook.letters.preparing` right before, for letters not printed yet; here it is looked at
again for letters that are printed once more.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from rollbook.documents import Rendered, Template, foreign_values, missing_values
from rollbook.documents.fonts import faces_here, fonts_missing, signs_without_font
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Letter, State
from rollbook.letters.addresses import Places, shape_of, why_not_posted
from rollbook.letters.due import REQUESTED, reasons_now
from rollbook.letters.holding import Desk
from rollbook.letters.overtaken import OUT, no_longer_true
from rollbook.letters.persons import who_now
from rollbook.letters.preparing import ADDRESS, why_not_to_them
from rollbook.letters.templates import ALWAYS_SHOWN, kept_template, template_path
from rollbook.office import Office
from rollbook.problems import RollbookError
from rollbook.standing import Standing

AT_ONCE = 200
"""So many letters are read with their words at a time."""


MOST_PLAIN = "\u017f"
"""Up to here (the letters of western and central Europe) every font shows everything."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a letter must not go as it is, and what is to be done.

    ``may_go``: a person who has read it may let the letter go all the same.
    """

    what: str
    then: str = ""
    may_go: bool = True

    def __str__(self) -> str:
        return f"{self.what}; {self.then}" if self.then else self.what


@dataclass
class Flight:
    """What letters are checked against: the office, the register, the log, the letter before.

    ``log`` is the whole letter log, without words. ``going`` are the serials checked together.
    """

    office: Office
    standing: Standing
    on: date
    log: Sequence[Letter]
    going: frozenset[str]
    before: Letter | None = None
    notes: list[str] = field(default_factory=list)
    _shown: set[str] = field(default_factory=set)
    _faces: dict[str, list[str]] = field(default_factory=dict)

    def note(self, text: str) -> None:
        """Tell something of the letter being checked that does not hold it."""
        if text not in self.notes:
            self.notes.append(text)

    def signs_not_shown(self, text: str) -> list[str]:
        """Return the signs no font of this computer shows; nothing where it has none to read."""
        unknown = {sign for sign in text if sign > MOST_PLAIN} - self._shown
        missing = signs_without_font("".join(sorted(unknown))) if unknown and faces_here() else []
        self._shown |= unknown.difference(missing)
        return missing

    def faces_missing(self, template: Template) -> list[str]:
        """Return the fonts a template names that are not here; asked once of each template."""
        if template.digest not in self._faces:
            self._faces[template.digest] = fonts_missing(template) if faces_here() else []
        return self._faces[template.digest]

    @cached_property
    def desk(self) -> Desk:
        """Where letters are judged."""
        return Desk(self.office, self.standing, self.on, book.standing(self.log))

    @cached_property
    def places(self) -> Places:
        """The cities and postcodes of the roster."""
        everybody = (one for known in self.standing.guardians.values() for one in known)
        return Places(everybody, shape_of(self.office.policy.locale))

    @cached_property
    def untrue(self) -> frozenset[str]:
        """The letters that are out and would not be written today."""
        return frozenset(one.serial for one, _ in no_longer_true(self.standing, self.log, OUT))

    @cached_property
    def same(self) -> Mapping[object, Sequence[Letter]]:
        """The letters that are out or go now, by what they tell whom."""
        found = defaultdict(list)
        for one in self.log:
            if one.serial in self.going or one.state in (State.PRINTED, State.MAILED):
                found[_says_what(one)].append(one)
        return found

    @cached_property
    def mailed_to(self) -> Mapping[tuple[str, str], Letter]:
        """The last letter mailed to each guardian of a student."""
        mailed = sorted((one for one in self.log if one.mailed_at), key=lambda one: one.mailed_at)
        return {_person(one): one for one in mailed}


def flight_of(
    office: Office,
    standing: Standing,
    on: date,
    log: Sequence[Letter],
    going: Collection[str] = (),
) -> Flight:
    """Return what letters are checked against, those in ``going`` together."""
    return Flight(office, standing, on, log, frozenset(going))


def not_accepted(reasons: Iterable[Reason], notes: Sequence[str]) -> list[Reason]:
    """Return the reasons that nobody has let go; ``notes`` are those a person has read."""
    return [one for one in reasons if not (one.may_go and any(one.what in note for note in notes))]


Check = Callable[[Flight, Letter, Rendered], Iterable[Reason]]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found of one letter; it may go when there are no reasons."""

    serial: str
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...]


# --- the checks -----------------------------------------------------------------------------------


def may_have_it(flight: Flight, letter: Letter, _: Rendered) -> Iterator[Reason]:
    """Whom it is addressed to is still on the roster, lives there, and may have letters."""
    why = why_not_to_them(flight.standing, letter)
    if why:
        yield Reason(why, _anew(letter), may_go=False)


def still_true(flight: Flight, letter: Letter, _: Rendered) -> Iterator[Reason]:
    """A letter printed once more rests on marks that stand, and nothing has come up since."""
    if letter.state not in OUT:
        return
    if letter.serial in flight.untrue:
        yield Reason("a mark it rests on was corrected since", _anew(letter), may_go=False)
    for why in reasons_now(flight.desk, letter):
        yield Reason(why, may_go=False)


def can_be_posted(flight: Flight, letter: Letter, _: Rendered) -> Iterator[Reason]:
    """The address is complete, and its ZIP or postcode can be one and belongs to the city."""
    mend = "correct it in the SIS and drop the contacts; the letter is then prepared anew"
    whose = letter.guardian["name"]
    for what in why_not_posted(letter.guardian, shape_of(flight.office.policy.locale)):
        yield Reason(f"{whose}: {what}", mend)
    elsewhere = flight.places.why_not_there(letter.guardian)
    if elsewhere:
        yield Reason(f"{whose}: {elsewhere}", mend)


def in_their_language(flight: Flight, letter: Letter, _: Rendered) -> Iterator[Reason]:
    """It is in the language the family reads, or says that there is no template in it."""
    for note in letter.notes:
        flight.note(note)
    roster = flight.standing.guardians.get(letter.student_id, ())
    person = who_now(letter.guardian, roster)
    student = flight.standing.students.get(letter.student_id)
    wanted = (person.language if person else "") or (student.language if student else "")
    wanted = (wanted or letter.language).lower()
    if wanted != letter.language and template_path(flight.office, letter.template, wanted):
        yield Reason(
            f"{letter.guardian['name']} reads “{wanted}” on the roster, and the letter is in "
            f"“{letter.language}”",
            _anew(letter),
        )


def not_told_twice(flight: Flight, letter: Letter, _: Rendered) -> Iterator[Reason]:
    """Nobody gets two letters of one kind that rest on the same marks."""
    earlier = [one for one in flight.same[_says_what(letter)] if one.serial < letter.serial]
    if earlier:
        one = earlier[0]
        yield Reason(
            f"{one.serial} ({one.state.value}) tells {one.guardian['name']} the same from the "
            "same marks",
            f'void one of the two: rollbook letters void {letter.serial} --reason "told twice"',
        )


def where_they_were(flight: Flight, letter: Letter, _: Rendered) -> Iterator[Reason]:
    """An address that is not the one of the last letter is told; it holds nothing."""
    last = flight.mailed_to.get(_person(letter))
    if last and last.serial != letter.serial and _home(last) != _home(letter):
        flight.note(f"the address is another than that of {last.serial}")
    return iter(())


def shows_its_values(_: Flight, letter: Letter, rendered: Rendered) -> Iterator[Reason]:
    """Every value is found again in the finished letter."""
    missing = missing_values(rendered, letter.fields, ALWAYS_SHOWN)
    if missing:
        yield Reason(
            f"the finished letter does not show {' and '.join(missing)}. Mend the template "
            f"“{letter.template}.{letter.language}.docx”, void this letter, and prepare it again "
            "with: rollbook letters draft",
            may_go=False,
        )


def nothing_of_another(flight: Flight, letter: Letter, rendered: Rendered) -> Iterator[Reason]:
    """Nothing stands in it that says who the letter before it is to, or about."""
    if flight.before is None:
        return
    foreign = foreign_values(rendered, letter.fields, flight.before.fields)
    if foreign:
        yield Reason(
            f"it shows {' and '.join(f'“{one}”' for one in foreign)}, which is of "
            f"{flight.before.serial}. Do not print it: tell whoever looks after Rollbook",
            may_go=False,
        )


def can_be_printed(_: Flight, letter: Letter, rendered: Rendered) -> Iterator[Reason]:
    """No value holds a sign that no letter can print."""
    for problem in rendered.problems:
        yield Reason(problem.message)


def in_fonts_that_are_here(flight: Flight, letter: Letter, rendered: Rendered) -> Iterator[Reason]:
    """Every sign, as in a name with marks, is one that a font of this computer shows."""
    own = flight.office.folders.templates / f"{letter.template}.{letter.language}.docx"
    for face in flight.faces_missing(rendered.template) if own.is_file() else ():
        flight.note(
            f"its template names the font “{face}”, which is not on this computer: look where its "
            "lines and pages end"
        )
    signs = flight.signs_not_shown(rendered.text)
    if signs:
        yield Reason(
            f"no font on this computer shows {' '.join(signs)}",
            "look at the letter as it prints, and install a font that has them",
        )


CHECKS: Sequence[Check] = (
    may_have_it,
    still_true,
    can_be_posted,
    in_their_language,
    not_told_twice,
    where_they_were,
    shows_its_values,
    nothing_of_another,
    can_be_printed,
    in_fonts_that_are_here,
)


# --- one letter after another ---------------------------------------------------------------------


def check_letter(flight: Flight, letter: Letter) -> Checked:
    """Check one letter, against the one checked before it too."""
    flight.notes = []
    rendered, why = render(flight.office, letter)
    if rendered is None:
        return Checked(letter.serial, (Reason(why, may_go=False),), ())
    reasons = tuple(reason for check in CHECKS for reason in check(flight, letter, rendered))
    flight.before = letter
    return Checked(letter.serial, reasons, tuple(flight.notes))


def render(office: Office, letter: Letter) -> tuple[Rendered | None, str]:
    """Fill the template a letter was prepared with; or say why that cannot be done."""
    try:
        return kept_template(office, letter.template_digest).render(letter.fields), ""
    except RollbookError as error:
        return None, " ".join(str(error).split())


def letters_in_order(office: Office, serials: Sequence[str]) -> Iterator[Letter]:
    """Read letters with their words, a few at a time, in the order of ``serials``."""
    for start in range(0, len(serials), AT_ONCE):
        some = serials[start : start + AT_ONCE]
        with office.ledger.read() as connection:
            found = {one.serial: one for one in book.letters(connection, serials=some)}
        yield from (found[serial] for serial in some)


def _anew(letter: Letter) -> str:
    """Say how a letter is written anew."""
    return (
        f'rollbook letters void {letter.serial} --again --reason "changed since", and prepare it '
        "anew: rollbook letters draft"
    )


def _person(letter: Letter) -> tuple[str, str]:
    return letter.student_id, str(letter.guardian["name"])


def _home(letter: Letter) -> tuple[str, ...]:
    return tuple(str(letter.guardian.get(part, "")) for part in ADDRESS)


def _says_what(letter: Letter) -> object:
    if letter.part == REQUESTED:
        return letter.serial  # rests on no marks; whoever asked for it twice said so
    marks = frozenset((str(day), str(part)) for day, part, *_ in letter.evidence)
    return (*_person(letter), letter.trigger, letter.part, letter.withdraws, letter.as_of
            if not marks else None, marks)  # fmt: skip
