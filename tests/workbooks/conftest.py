from pathlib import Path

import pytest

from tests.workbooks.office_books import make_tracker


@pytest.fixture(params=[False, True], ids=["since-1900", "since-1904"])
def tracker(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A clerk's workbook in a folder with a space in its name, under both of Excel's calendars."""
    folder = tmp_path / "Attendance Office"
    folder.mkdir()
    return make_tracker(folder / "Tracking 2026 & up.xlsx", since_1904=request.param)


@pytest.fixture
def snapshots(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"
