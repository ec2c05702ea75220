"""What a plain list says of those it does not name, where its rows let one doubt the office's word.

A new office's lists hold all marks until it says otherwise. If they hold absences only, nobody else
was ever marked there, and whoever was away twice has attended 0 of 2 days.
"""

from rollbook.importers.contract import Extract, Recording
from rollbook.ledger.marks import day_numbers, day_of
from rollbook.office import Office
from rollbook.posting.looks import is_general
from rollbook.problems import Problem, counted, note
from rollbook.register import Category, Code

_FEWEST = 5  # rows; fewer are rather a correction


def doubts(office: Office, extract: Extract, file: str) -> list[Problem]:
    """Return a note when a list that is taken for every mark has absences and lates only."""
    if extract.recording is not Recording.POSITIVE or not is_general(extract.importer):
        return []
    if extract.mends or extract.corrections or len(extract.marks) < _FEWEST:
        return []  # a handful of rows is a correction
    codes = _codes_in(office, extract)
    if not all(code is not None and _is_named(code) for code in codes):
        return []  # a code that nobody knows may mean present
    return [
        note(
            "only-absences",
            f"None of the {counted(len(extract.marks), 'row')} of “{file}” says that somebody was "
            "there, but lists here are taken to hold every mark, so whoever is not named has no "
            "mark at all, and percentages are far too low. If it lists absences only: rollbook "
            "import settle --set lists=absences, then rollbook undo this posting (its number: "
            "rollbook changes --list) and drop the file again.",
        )
    ]


def _codes_in(office: Office, extract: Extract) -> list[Code | None]:
    codes = office.policy.codes_on(day_of(int(day_numbers(extract.marks["date"]).max())))
    symbols = extract.marks["symbol"].unique().tolist()
    return [codes.get(str(one)) or codes.get(str(one).upper()) for one in symbols]


def _is_named(code: Code) -> bool:
    """Say whether a list of absences would name a mark like this."""
    return code.late or code.category is not Category.PRESENT
