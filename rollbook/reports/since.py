"""What became of flags and letters since a moment, whoever and whatever did it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rollbook.ledger import assessments
from rollbook.ledger import letters as letter_book
from rollbook.ledger.letters import Letter, State
from rollbook.office import Office
from rollbook.problems import counted


@dataclass(frozen=True)
class Moment:
    """The flags that stand and the letters there are, at one moment."""

    flags: frozenset[tuple[str, str, str]]  # student, trigger, part
    letters: Sequence[Letter]

    @classmethod
    def read(cls, office: Office) -> "Moment":
        """Read how it is now."""
        with office.ledger.read() as connection:
            found = assessments.kept_findings(connection)
            letters = letter_book.letters(connection)
        return cls(frozenset((one.student_id, one.trigger, one.part) for one in found), letters)


@dataclass(frozen=True, slots=True)
class Since:
    """What became of flags and letters: how many flags and which letters."""

    new_flags: int
    cleared_flags: int
    prepared: Sequence[str]  # serials
    void: Sequence[str]
    taking_back: Sequence[str]  # letters that take back a mailed one

    @property
    def sentence(self) -> str:
        """Say it in a sentence."""
        said = list(self._said())
        return f"{'; '.join(said)}." if said else "No flag and no letter changed."

    def _said(self) -> Iterator[str]:
        if self.new_flags or self.cleared_flags:
            yield f"{counted(self.cleared_flags, 'flag')} cleared, {self.new_flags:,} new"
        if self.void:
            yield f"{counted(len(self.void), 'letter')} not printed yet made void"
        if self.prepared:
            yield f"{counted(len(self.prepared), 'letter')} prepared"
        if self.taking_back:
            yield (
                f"{counted(len(self.taking_back), 'letter')} prepared to take back what was mailed"
            )


def since(moment: Moment, office: Office) -> Since:
    """Return what became of flags and letters from a moment until now."""
    now = Moment.read(office)
    before = {one.serial: one for one in moment.letters}
    fresh = [one for one in now.letters if one.serial not in before]
    void = [
        one.serial
        for one in now.letters
        if one.state is State.VOID
        and one.serial in before
        and before[one.serial].state is not State.VOID
    ]
    return Since(
        new_flags=len(now.flags - moment.flags),
        cleared_flags=len(moment.flags - now.flags),
        prepared=[one.serial for one in fresh if not one.withdraws],
        void=void,
        taking_back=[one.serial for one in fresh if one.withdraws],
    )
