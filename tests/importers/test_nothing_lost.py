"""Every row under the headers of a list is posted, held by its number, or counted in a note."""

import random
import re
from pathlib import Path

import pytest

from rollbook.importers import extract, identify
from rollbook.importers.contract import Extract, Profile
from rollbook.importers.upload import Upload
from rollbook.problems import RefusedFile, Severity
from tests.importers.test_round_trips import LISTS, delimited, lists
from tests.importers.test_samples import expected_of

HEADED = [path for path in lists() if path.parent.name in LISTS - {"oneroster_users"}]
NOISE = ("", "?", "31/02/2026", "N/A", "true", "9" * 30, "1.23E+12", "x y", "-", "\\", "0")


def rows_below_headers(path: Path, upload: Upload) -> set[int]:
    """The numbers of the rows that are not blank, below the first that names the columns."""
    rows = list(upload.rows())
    width = max(len([cell for cell in row if cell.strip()]) for row in rows)
    full = [at for at, row in enumerate(rows, 1) if len([1 for c in row if c.strip()]) >= width - 1]
    return {at for at, row in enumerate(rows, 1) if at > full[0] and any(map(str.strip, row))}


def unaccounted(found: Extract, rows: set[int]) -> int:
    """How many rows nothing is said of; a note says of how many it speaks."""
    held = {one.place.row for one in found.problems if one.severity is Severity.HOLD}
    named = {*found.marks["row"], *(one.row for one in found.figures), *held}
    notes = [one for one in found.problems if one.slug in ("no-code", "left-out")]
    return len(rows - named) - sum(counted(str(one.message)) for one in notes)


def counted(message: str) -> int:
    several = re.match(r"([\d,]+) (?:rows?|lines?)", message)
    return int(several[1].replace(",", "")) if several else 1


@pytest.mark.parametrize("path", HEADED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_row_of_a_sample_is_accounted_for(path: Path) -> None:
    upload = Upload(path)
    profile = Profile(**expected_of(path).get("profile", {}))
    found = extract(upload, profile, identify(upload))
    assert unaccounted(found, rows_below_headers(path, upload)) == 0


@pytest.mark.parametrize("path", HEADED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_row_is_accounted_for_when_cells_are_spoilt(path: Path, tmp_path: Path) -> None:
    chance = random.Random(path.stem)
    rows = [list(row) for row in Upload(path).rows()]
    start = min(rows_below_headers(path, Upload(path))) - 1
    profile = Profile(**expected_of(path).get("profile", {}))
    for _turn in range(8):
        spoilt = rows[:start] + [
            [chance.choice(NOISE) if chance.random() < 0.1 else cell for cell in row]
            for row in rows[start:] * 5
        ]
        delimited(",")(tmp_path / "list.csv", spoilt)
        upload = Upload(tmp_path / "list.csv")
        try:
            found = extract(upload, profile, identify(upload))
        except RefusedFile as refused:
            assert refused.problems[0].message
            continue
        assert unaccounted(found, rows_below_headers(path, upload)) == 0, spoilt
