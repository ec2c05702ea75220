"""What a table cannot say of itself, and what was answered."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rollbook.importers.reading.looking import Seen, date_order
from rollbook.importers.reading.written import FIELDS, NEEDED
from rollbook.office.own_importers import OwnColumns, OwnFormat
from rollbook.problems import NotAllowed

_ASKS = {
    "student_id": "Which column has the student's id?",
    "date": "Which column has the date?",
    "code": "Which column has the code?",
}
_DATES = {"day": "day first", "month": "month first"}
_SHAPES = ("events", "days")
_CODE = "code."


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its key for ``--set``, its words, the answer (None: nobody can know)."""

    key: str
    text: str
    answer: str | None

    def data(self) -> dict[str, str | None]:
        """Return it for a program."""
        return {"key": self.key, "question": self.text, "answer": self.answer}


def answers_of(settings: Sequence[str]) -> dict[str, str]:
    """Read ``key=value``, as often as given."""
    found = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise NotAllowed(f"“{setting}” is not an answer. Write it as key=value.")
        found[name.strip()] = value.strip()
    return found


def questions(
    seen: Seen,
    stem: str,
    given: Mapping[str, str],
    day_first: bool | None,
    known: Collection[str],
) -> list[Asked]:
    """Return every question with its answer: given, or the only one there can be."""
    asked = [
        Asked("save_as", "Under which name is it to be kept?", given.get("save_as") or _slug(stem)),
        Asked("title", "How is the export called in the office?", given.get("title") or stem),
        *(_column(seen, field, given) for field in FIELDS),
    ]
    columns = {one.key: one.answer for one in asked}
    asked.append(
        _choice("shape", "Was a student without a row there (events), or was nothing recorded "
                "(days)?", given, dict.fromkeys(_SHAPES, ""), None)
    )  # fmt: skip
    if date := columns["date"]:
        asked.append(_dates(seen.values(date), given, day_first))
    if code := columns["code"]:
        asked += _codes(seen.values(code), given, known)
    stray = [name for name in given if name not in {one.key for one in asked}]
    if stray and None not in columns.values():
        raise NotAllowed(
            f"“{stray[0]}” is not asked of this file. Asked are: "
            f"{', '.join(one.key for one in asked)}."
        )
    return asked


def format_of(asked: Sequence[Asked]) -> tuple[str, OwnFormat]:
    """Return the name and the content of the importer that the answers make."""
    said = {one.key: one.answer or "" for one in asked}
    columns = {field: said[field] for field in FIELDS if said[field]}
    codes = {name.removeprefix(_CODE): to for name, to in said.items() if name.startswith(_CODE)}
    dates = _DATES.get(said["dates"])
    return said["save_as"], OwnFormat.model_validate(
        {"title": said["title"], "shape": said["shape"], "columns": OwnColumns(**columns),
         "codes": codes} | ({"dates": dates} if dates else {})
    )  # fmt: skip


def _column(seen: Seen, field: str, given: Mapping[str, str]) -> Asked:
    text = _ASKS.get(field, f"Which column has the {field.replace('_', ' ')}, if any?")
    if field in given:
        if given[field] not in seen.headers and (given[field] or field in NEEDED):
            raise NotAllowed(
                f"{field}: there is no column “{given[field]}”. The columns are: "
                f"{', '.join(filter(None, seen.headers))}."
            )
        return Asked(field, text, given[field])
    found = seen.candidates(field)
    if len(found) == 1:
        return Asked(field, text, found[0])
    if field not in NEEDED:
        return Asked(field, text, "")
    could = f" It could be: {', '.join(found)}." if found else ""
    return Asked(field, text + could, None)


def _dates(values: Sequence[str], given: Mapping[str, str], day_first: bool | None) -> Asked:
    order = date_order(values)
    by_office = None if day_first is None else "day" if day_first else "month"
    sure = {"any": "any", "day first": "day", "month first": "month"}.get(order, by_office)
    shown = next(iter(values), "")
    text = f"In dates such as {shown}, does the day come first, or the month (day or month)?"
    return _choice("dates", text, given, {**_DATES, "any": ""}, sure)


def _codes(values: Sequence[str], given: Mapping[str, str], known: Collection[str]) -> list[Asked]:
    return [
        Asked(
            _CODE + code,
            f"The code “{code}” is not among the office's codes. Which of them is it?",
            _known(code, given[_CODE + code], known) if _CODE + code in given else None,
        )
        for code in sorted(set(values))
        if code not in known or _CODE + code in given
    ]


def _known(code: str, meant: str, known: Collection[str]) -> str:
    if meant not in known:
        raise NotAllowed(
            f"code.{code}: there is no code “{meant}”. The codes are: {', '.join(sorted(known))}."
        )
    return meant


def _choice(
    name: str, text: str, given: Mapping[str, str], choices: Mapping[str, str], sure: str | None
) -> Asked:
    if name not in given:
        return Asked(name, text, sure)
    if given[name] not in choices:
        raise NotAllowed(f"{name}: “{given[name]}” is none of {', '.join(choices)}.")
    return Asked(name, text, given[name])


def _slug(stem: str) -> str:
    plain = re.sub(r"\s*\(\d+\)$", "", stem).casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "export"
