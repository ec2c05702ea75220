"""Formats that no importer knows: looked at, asked about, written down, and read next time."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rollbook import importers
from rollbook.cli import app
from rollbook.importers.contract import Recording
from rollbook.importers.upload import Upload
from rollbook.office import open_office
from rollbook.problems import OfficeError, RefusedFile, RollbookError
from tests.dropping import office_folder

UNKNOWN = "Oak Hall\n\nKid;When;What\n000123;03/11/2026;ill\n000124;04/11/2026;N\n"
ANSWERS = (
    "student_id=Kid",
    "date=When",
    "code=What",
    "recorded=absences",
    "dates=day",
    "code.ill=I",
    "session=AM",
)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return office_folder(tmp_path / "office")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return _written(tmp_path / "oak marks (3).csv", UNKNOWN)


def _written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


def _adopt(office: Path, file: Path, *answers: str, more: str = "--yes") -> tuple[int, dict]:
    words = ["import", "adopt", str(file), more, "--json", "--office", str(office)]
    for answer in answers:
        words += ["--set", answer]
    result = CliRunner().invoke(app, words)
    if result.exception and isinstance(result.exception, RollbookError):
        raise result.exception
    return result.exit_code, json.loads(result.stdout)


def _unanswered(said: dict) -> set[str]:
    return {one["key"] for one in said["questions"] if one["answer"] is None}


def test_what_cannot_be_known_is_asked_and_nothing_is_written(office: Path, file: Path) -> None:
    status, said = _adopt(office, file)
    assert status == 2
    assert said["header_row"] == 3
    assert {"recorded", "dates", "session", "code.ill"} <= _unanswered(said)
    assert "code.N" not in {one["key"] for one in said["questions"]}
    assert not (office / "importers").exists()


def test_a_column_that_nothing_is_read_from_is_named_with_what_it_could_be(
    office: Path, tmp_path: Path
) -> None:
    slots = _written(tmp_path / "slots.csv", "Kid;When;What;Slot\n000123;2026-11-03;N;AM\n")
    assert _adopt(office, slots, more="--look")[1]["not_read"] == ["Slot"]
    words = ["import", "adopt", str(slots), "--look", "--office", str(office)]
    said = CliRunner().invoke(app, words).output
    assert "Not read: Slot." in said
    assert '--set "part=Slot"' in said
    assert _adopt(office, slots, "part=Slot", more="--look")[1]["not_read"] == []


def test_an_adopted_format_is_recognised_and_read(office: Path, file: Path) -> None:
    with pytest.raises(RefusedFile):
        importers.identify(Upload(file))
    assert _adopt(office, file, *ANSWERS)[0] == 0
    opened = open_office(office)
    read = importers.extract(Upload(file), opened.profile)
    opened.ledger.close()
    assert (office / "importers" / "oak-marks.toml").is_file()
    assert read.importer == "own-oak-marks"
    assert read.recording == Recording.NEGATIVE
    assert [str(day)[:10] for day in read.marks["date"]] == ["2026-11-03", "2026-11-04"]
    assert list(read.marks["symbol"]) == ["I", "N"]
    assert list(read.marks["student_id"]) == ["000123", "000124"]


def test_a_look_writes_nothing(office: Path, file: Path) -> None:
    assert _adopt(office, file, *ANSWERS, more="--look")[0] == 0
    assert not (office / "importers").exists()


def test_what_is_known_is_not_adopted_again(office: Path, file: Path) -> None:
    _adopt(office, file, *ANSWERS)
    with pytest.raises(RollbookError, match="known already"):
        _adopt(office, file, *ANSWERS)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (UNKNOWN, "utf-8-sig"),
        (UNKNOWN, "utf-16"),
        (UNKNOWN.replace(";", "\t"), "utf-8"),
        (UNKNOWN.replace(";", "^"), "utf-8"),
        (UNKNOWN.replace("ill", "\\").replace("N\n", "#\n"), "utf-8"),
    ],
    ids=["mark of order", "sixteen bits", "tabs", "carets", "codes that are signs"],
)
def test_the_same_list_written_otherwise(
    office: Path, tmp_path: Path, text: str, encoding: str
) -> None:
    file = _written(tmp_path / "list.csv", text, encoding)
    answers = [one for one in ANSWERS if "ill" in text or one != "code.ill=I"]
    assert _adopt(office, file, *answers)[0] == 0
    opened = open_office(office)
    assert len(importers.extract(Upload(file), opened.profile).marks) == 2
    opened.ledger.close()


def test_a_day_after_the_twelfth_tells_the_order(office: Path, tmp_path: Path) -> None:
    file = _written(tmp_path / "list.csv", UNKNOWN.replace("04/11", "11/24"))
    _, said = _adopt(office, file, "student_id=Kid", "date=When", "code=What")
    assert {one["key"]: one["answer"] for one in said["questions"]}["dates"] == "month"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("code=Wat", "no column “Wat”"),
        ("code.ill=sick", "no code “sick”"),
        ("shape=round", "It can be: list, periods"),
        ("colour=red", "not asked"),
        ("dates", "key=value"),
    ],
)
def test_an_answer_that_is_none_is_said(
    office: Path, file: Path, answer: str, sentence: str
) -> None:
    with pytest.raises(RollbookError, match=sentence):
        _adopt(office, file, *ANSWERS, answer)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('colour = "red"', "line 3.*no such setting"),
        ('shape = "round"', "line"),
        ('encoding = "utf-99"', "line 3.*no encoding"),
    ],
)
def test_a_slip_in_the_importer_is_said_with_its_line(
    office: Path, line: str, sentence: str
) -> None:
    shape = "" if line.startswith("shape") else 'shape = "list"\n'
    columns = '[columns]\nstudent_id = "Kid"\ndate = "When"\ncode = "What"\n'
    (office / "importers").mkdir()
    _written(office / "importers" / "x.toml", f'title = "X"\n{shape}{line}\n{columns}')
    with pytest.raises(OfficeError, match=sentence):
        open_office(office)


def test_a_check_says_who_reads_a_file(office: Path, file: Path) -> None:
    words = ["import", "check", str(file), "--json", "--office", str(office)]
    before = CliRunner().invoke(app, words)
    assert (before.exit_code, json.loads(before.stdout)["importer"]) == (1, "")
    _adopt(office, file, *ANSWERS)
    assert json.loads(CliRunner().invoke(app, words).stdout)["importer"] == "own-oak-marks"
    listed = CliRunner().invoke(app, ["import", "list", "--json", "--office", str(office)])
    assert "own-oak-marks" in listed.stdout
