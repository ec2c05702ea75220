"""What has to be settled about exports before they can be posted: asked once, never guessed."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rollbook import importers
from rollbook.importers.contract import Extract
from rollbook.importers.encodings import ASKED_ENCODING, other_readings
from rollbook.importers.reading.dates import ASKED_ORDER
from rollbook.importers.upload import Upload
from rollbook.ledger import Connection
from rollbook.ledger import postings as book
from rollbook.office import Office
from rollbook.office.settings import PERIODS
from rollbook.posting.roll import Roll
from rollbook.posting.settled import campuses_of, unknown_campuses, with_campuses
from rollbook.posting.slips import ASKED, refused_because
from rollbook.problems import Problem, RefusedFile, RollbookError, counted

UNKNOWN_CODE = "unknown-code"  # why a row is held whose code is neither the state's nor ours

_FILES_NAMED = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the key of its answer, its words, and the answers there are (none: any).

    ``meanings`` says what the answers mean that are codes.
    """

    key: str
    text: str
    choices: Sequence[str]
    meanings: Mapping[str, str] = field(default_factory=dict)

    @property
    def command(self) -> str:
        """What is typed to answer it."""
        return f'rollbook import settle --set "{self.key}={"|".join(self.choices) or "…"}"'

    def data(self) -> dict[str, object]:
        """Return it for a program."""
        said = {"key": self.key, "question": self.text, "choices": [*self.choices]}
        return said | ({"meanings": dict(self.meanings)} if self.meanings else {})


def period_not_said(office: Office, connection: Connection) -> bool:
    """Say whether one period decides the day here, marks of periods came in, and nobody said which.

    Texas counts a day by the official attendance-taking time: the second or fifth period, or
    another that local procedure sets (19 TAC 129.21(g), (h)).
    """
    if office.policy.method != "official-period":
        return False
    said = "official_period" in office.settings.exports.model_fields_set
    return not said and any({*PERIODS} & {*span.parts} for span in book.coverage(connection))


def files_asked_about(office: Office, answered: Collection[str] | None = None) -> list[Path]:
    """Return the refused files that wait for an answer; for one of those ``answered``, if given."""
    kinds = ASKED if answered is None else {key.partition(".")[0] for key in answered}
    reasons = [ASKED[kind] for kind in sorted(kinds) if kind in ASKED]
    return refused_because(office.folders.refused, *reasons)


def open_questions(office: Office) -> list[Question]:
    """Return what files and held rows wait for, each question once."""
    with office.ledger.read() as connection:
        roll = Roll.read(connection)
        held = [row for row in book.held_rows(connection) if row["slug"] == UNKNOWN_CODE]
        asks_period = period_not_said(office, connection)
    asked = [one for file in files_asked_about(office) for one in of_file(office, roll, file)]
    rows = Counter(row["symbol"] for row in held)
    for symbol, count in sorted(rows.items()):
        files = list(dict.fromkeys(row["file"] for row in held if row["symbol"] == symbol))
        named = ", ".join(f"“{file}”" for file in files[:_FILES_NAMED])
        where = f"{counted(count, 'held row')} of {named}"
        asked.append(_which_code(office, roll, symbol, where))
    if asks_period:
        text = "Which period decides the day, by your local procedure? P2 does until you say."
        campuses = campuses_of(roll)
        if len(campuses) > 1:
            text += f" A campus with another has its own: official_period@{campuses[-1]}=P5."
        asked.append(Question("official_period", text, PERIODS))
    return list({one.key: one for one in asked}.values())


def of_file(office: Office, roll: Roll, file: Path) -> list[Question]:
    """Return what is asked about one file; empty when it cannot be read for another reason."""
    try:
        extract = importers.extract(Upload(file), office.profile)
    except RefusedFile as refused:
        return _of_refusal(file, refused.problems[0])
    except (RollbookError, OSError):
        return []
    return _of_codes(office, roll, file, extract) + [
        Question(
            f"campus.{name}",
            f"“{file.name}” is about campus “{name}”. Which one of the roster's is it?",
            campuses_of(roll),
        )
        for name in unknown_campuses(roll, with_campuses(office, extract))
    ]


def _of_refusal(file: Path, problem: Problem) -> list[Question]:
    if problem.slug == ASKED_ORDER:
        text = problem.message.partition(", and none of them")[0]
        return [Question("day_first", f"{text}. Does the day come first?", ("yes", "no"))]
    if problem.slug == ASKED_ENCODING:
        readings = other_readings(Upload(file).content)
        seen = " or ".join(f"“{word}” ({name})" for name, word in readings.items())
        text = f"A word in “{file.name}” may be {seen}. Which is right?"
        return [Question("encoding", text, tuple(readings))]
    return []


def _which_code(office: Office, roll: Roll, symbol: str, where: str) -> Question:
    """Ask what a code stands for; where there are several campuses, one may mean another by it."""
    text = f"“{symbol}” stands in {where}. Which code is it?"
    campuses = campuses_of(roll)
    if len(campuses) > 1:
        text += f" Where a campus means another by it: code.{symbol}@{campuses[-1]}=…"
    table = office.policy.code_table
    meanings = {code: table[code][-1].code.meaning for code in sorted(table) if code}
    return Question(f"code.{symbol}", text, [*meanings], meanings)


def _of_codes(office: Office, roll: Roll, file: Path, extract: Extract) -> list[Question]:
    known = office.policy.code_table.keys() | office.policy.office_codes.keys()
    for codes in office.settings.exports.campus_codes.values():
        known |= codes.keys()
    counts = extract.marks["symbol"].value_counts()
    return [
        _which_code(office, roll, symbol, f"{counted(count, 'row')} of “{file.name}”")
        for symbol, count in sorted((str(name), int(many)) for name, many in counts.items())
        if count and symbol not in known and symbol.upper() not in known
    ]
