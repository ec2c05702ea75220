"""The open office behind functions, buttons and pages."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from addin.desk import Desk
from rollbook.office import Office
from rollbook.standing import Standing, read_standing
from tests.addin.calling import Idle
from tests.offices import marks, post_extract, small_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return small_office(tmp_path, "gb-eng")


@pytest.fixture
def desk(tmp_path: Path, office: Office) -> Any:
    here = Desk(tmp_path, Idle())
    yield here
    here.close()
    office.ledger.close()


def test_the_office_is_at_hand_while_the_register_is_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(office: Office) -> Standing:
        begun.set()
        go_on.wait()
        return read_standing(office)

    monkeypatch.setattr("addin.desk.read_standing", slowly)
    with ThreadPoolExecutor(2) as pool:
        try:
            standing = pool.submit(lambda: desk.standing)
            begun.wait()
            pool.submit(lambda: (desk.office, desk.stamp)).result(timeout=60)
        finally:
            go_on.set()
        assert standing.result().students.keys() == desk.students.keys()


def test_the_register_is_read_again_after_a_posting_only(desk: Desk, office: Office) -> None:
    before = desk.standing
    assert desk.standing is before
    post_extract(office, marks([("345", "2026-09-14", "AM", "O")]), "late.csv")
    assert desk.standing is not before


def test_edited_settings_make_another_stamp(desk: Desk, tmp_path: Path) -> None:
    before, settings = desk.stamp, tmp_path / "office.toml"
    settings.write_text(settings.read_text("utf-8") + "\n# edited\n", "utf-8")
    assert desk.stamp != before
