import subprocess
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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, and count, the tests that need a disk of their own where none may be made."""
    wanting = [item for item in items if "disk" in getattr(item, "fixturenames", ())]
    if wanting and not _may_mount():
        config.hook.pytest_deselected(items=wanting)
        items[:] = [item for item in items if item not in wanting]


def _may_mount() -> bool:
    script = "unshare -m sh -c 'mount -t tmpfs -o size=64k tmpfs /mnt'"
    try:
        return subprocess.run(script, shell=True, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
