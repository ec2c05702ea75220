"""Offices into which files are dropped, and the files: small, of invented people, made here."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.ledger import marks as ledger_marks
from rollbook.office import Office, make_office, open_office, save_settings
from tests.offices import CALENDAR

ROLLBOOK = Path(sys.executable).with_name("rollbook")

HEADERS = "Student ID,Date,Session,Code"
MONDAY, TUESDAY, WEDNESDAY = "2026-11-02", "2026-11-03", "2026-11-04"

PUPILS = """\
Admission No,Legal Surname,Legal Forename,Year Group
000123,O'Neil,Ana,9
000124,Ng,Bo,9
"""

STUDENTS = """\
Campus ID,Student ID,Last Name,First Name,Date of Birth,Grade,Entry Date,Home Language,\
Guardian Name,Guardian Street Number,Guardian Street Name,Guardian City,Guardian State,Guardian Zip
001,000123,O'Neil,Ana,02/03/2012,09,08/12/2026,98,Luz O'Neil,12,Elm & Main St,Bluestem,TX,76998
041,000124,Ng,Bo,12/31/2011,09,08/12/2026,98,Ada Ng,7,Oak Ave,Bluestem,TX,76998
"""


def office_folder(root: Path, jurisdiction: str = "gb-eng", **settings: object) -> Path:
    """Make an office that does not wait for files to settle; return its folder."""
    make_office(root, jurisdiction, "Oak & Ash School", CALENDAR)
    quick = {"watch": {"settle_seconds": 0, "every_seconds": 0.1}}
    save_settings(root, quick | settings)
    return root


def opened(root: Path) -> Office:
    return open_office(root)


def marks(*rows: Sequence[str]) -> str:
    """A general list of marks: student id, date, session, code."""
    return "\n".join([HEADERS, *(",".join(row) for row in rows), ""])


def drop(root: Path, name: str, content: str | bytes) -> Path:
    path = root / "drop" / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def absence(student: str, day: str, period: str, code: str = "U", campus: str = "001") -> str:
    """One line of ASCENDER's absences, fixed columns."""
    start = f"D{campus}{day.replace('-', '')}01041202{student}{period}{code}"
    return f"{start:<81}T"


def absences(*rows: tuple[str, ...]) -> str:
    return "\r\n".join([*(absence(*row) for row in rows), ""])


def workbook(rows: Iterable[Sequence[object]]) -> bytes:
    book, stream = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def archive(parts: Mapping[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def run_once(root: Path, *more: str) -> tuple[int, Mapping[str, Any]]:
    """Run ``rollbook once`` in this process; return its status and what it says."""
    done = CliRunner().invoke(app, ["once", "--office", str(root), "--json", *more])
    assert done.stdout, done.output
    return done.exit_code, json.loads(done.stdout)


def start_once(root: Path, *more: str) -> tuple[int, Mapping[str, Any]]:
    """Start ``rollbook once`` as the clerk's computer does: a second or two for the program alone.

    For tests of the program itself; all others run the same command with ``run_once``.
    """
    done = subprocess.run(
        [ROLLBOOK, "once", "--office", root, "--json", *more], capture_output=True, check=False
    )
    assert done.stdout, done.stderr.decode()
    return done.returncode, json.loads(done.stdout)


def register(office: Office) -> list[tuple[str, str, str, str]]:
    """All marks as they stand."""
    with office.ledger.read() as connection:
        frame = ledger_marks.current_register(connection)
    return [
        (str(row.student_id), f"{row.date:%Y-%m-%d}", str(row.part), str(row.symbol))
        for row in frame.itertuples()
    ]


def slip(path: Path, ending: str = ".why.txt") -> list[str]:
    """The lines of the slip beside a filed file."""
    text = path.with_name(path.name + ending).read_bytes().decode("utf-8-sig")
    return [line for line in text.split("\r\n") if line]


def everything(root: Path) -> list[str]:
    """Every file in the folders a dropped file can be in, hidden ones too."""
    places = ("drop", "received", "posted", "refused")
    files = [path for place in places for path in (root / place).rglob("*") if path.is_file()]
    return sorted(path.relative_to(root).as_posix() for path in files)
