"""Every file in ``samples/`` is read, and what comes out is the ``.expected.json`` beside it.

A new case is a new file: run ``uv run pytest tests/importers --regenerate`` and read the diff.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from rollbook.importers import extract, identify
from rollbook.importers.contract import Extract, Profile
from rollbook.importers.upload import Upload
from rollbook.problems import Problem, RefusedFile
from rollbook.register import FRAME_COLUMNS

SAMPLES = Path(__file__).parent / "samples"
CASES = sorted(path for path in SAMPLES.glob("*/*") if ".expected" not in path.name)


def expected_of(path: Path) -> dict[str, Any]:
    expected = path.with_suffix(".expected.json")
    return json.loads(expected.read_text("utf-8")) if expected.exists() else {}


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_sample_is_read_as_expected(path: Path, pytestconfig: pytest.Config) -> None:
    expected_path = path.with_suffix(".expected.json")
    profile = expected_of(path).get("profile", {})
    found = {"profile": profile} | _read(path, Profile(**profile))
    if pytestconfig.getoption("--regenerate", default=False):
        text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
        expected_path.write_text(text, "utf-8", newline="\n")
    assert found == (json.loads(expected_path.read_text("utf-8")))


def _read(path: Path, profile: Profile) -> dict[str, Any]:
    try:
        upload = Upload(path)
        extracted = extract(upload, profile, identify(upload))
    except RefusedFile as refused:
        return {"refused": [_said(problem) for problem in refused.problems]}
    return {name: part for name, part in _parts(extracted).items() if part}


def _parts(extracted: Extract) -> dict[str, Any]:
    marks = extracted.marks.assign(date=extracted.marks["date"].dt.strftime("%Y-%m-%d"))
    return {
        "importer": extracted.importer,
        "roster": extracted.is_roster,
        "recording": str(extracted.recording) if len(marks) else "",
        "coverage": [
            f"{span.campus or 'all'}: {span.first} to {span.last}, {' '.join(span.parts)}"
            for span in extracted.coverage
        ],
        "marks": [list(row) for row in marks[list(FRAME_COLUMNS)].itertuples(index=False)],
        "students": _records(extracted.students),
        "guardians": _records(extracted.guardians),
        "enrolments": _records(extracted.enrolments),
        "requests": _records(extracted.requests),
        "figures": _records(extracted.figures),
        "corrections": _records(extracted.corrections),
        "contacts": {str(row): _records([one])[0] for row, one in extracted.contacts.items()},
        "staff": {str(row): _records([one])[0] for row, one in extracted.staff.items()},
        "problems": [_said(problem) for problem in extracted.problems],
    }


def _records(records: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            one.name: _plain(getattr(record, one.name))
            for one in fields(record)
            if getattr(record, one.name) != one.default
            and (one.default_factory is MISSING or getattr(record, one.name))
        }
        for record in records
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [*value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, Fraction):
        return str(value)
    return value


def _said(problem: Problem) -> str:
    return f"{problem.severity} {problem.slug} | {problem}"
