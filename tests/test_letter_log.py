"""A letter's steps reach the clerk's own workbook."""

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from rollbook.cli.app import app


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("demo") / "office"
    words = ["demo", str(root), "--jurisdiction", "us-ca", "--students", "90", "--once", "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout)
    assert facts["counts"]["letters printed"] > 0
    return root


def states(office: Path) -> dict[str, str]:
    book = openpyxl.load_workbook(office / "workbooks" / "Attendance tracking.xlsx")
    rows = list(book["Letter log"].iter_rows(values_only=True))
    head = next(row for row in rows if "Reference" in row)
    serial, state = head.index("Reference"), head.index("Status")
    return {str(row[serial]): str(row[state]) for row in rows if str(row[serial]).startswith("L-")}


def test_the_log_in_the_workbook_follows_each_step(office: Path) -> None:
    mailed = [serial for serial, state in states(office).items() if state == "mailed"]
    assert mailed
    words = ["letters", "returned", mailed[0], "--office", str(office)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    found = states(office)
    assert found[mailed[0]] == "returned"
    assert {found[serial] for serial in mailed[1:]} == {"mailed"}


def test_a_workbook_open_in_excel_waits_and_the_step_is_kept(office: Path) -> None:
    serial = next(one for one, state in states(office).items() if state == "mailed")
    owner = office / "workbooks" / "~$Attendance tracking.xlsx"
    owner.write_bytes(b"\x04Rosa" + b" " * 160)
    done = CliRunner().invoke(app, ["letters", "returned", serial, "--office", str(office)])
    assert done.exit_code == 0, done.output
    assert "open" in done.output and "Rosa" in done.output
    assert states(office)[serial] == "mailed"
    owner.unlink()
    assert CliRunner().invoke(app, ["once", "--office", str(office)]).exit_code == 0
    assert states(office)[serial] == "returned"
