"""Rollbook in desktop Excel: what can be tried without Excel.

COM and Excel itself are stood in for; xlwings, the office and the functions are the real ones.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.addin.test_ledger_functions import england
from tools.make_desktop_macros import FILE, macros

ROOT = Path(__file__).parents[2]

# A clerk's PC: no server part, no licence key, and nothing of xlwings but its BSD part.
BEGIN = """
import json, sys
for name in ("xlwings_server", "fastapi", "xlwings.pro", "xlwings.server"):
    sys.modules[name] = None
"""


def on_the_pc(code: str, office: Path | None) -> str:
    """Run some lines as Python on a clerk's PC would, and return what they print."""
    hidden = ("XLWINGS_ON_SERVER", "XLWINGS_LICENSE_KEY", "ROLLBOOK_OFFICE")
    plain = {name: value for name, value in os.environ.items() if name not in hidden}
    where = {"ROLLBOOK_OFFICE": str(office)} if office else {}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code],
        cwd=ROOT,
        env={**plain, **where, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("my office")
    england(root).ledger.close()
    return root


def test_every_function_of_the_add_in_is_a_udf_with_a_name_excel_has_not() -> None:
    from addin.custom_functions import __all__ as names

    udfs = json.loads(
        on_the_pc(
            "from addin.desktop.udfs import all_udfs\nprint(json.dumps(sorted(all_udfs())))", None
        )
    )
    assert len(udfs) == len(names) > 15
    assert all(name.startswith("rollbook_") for name in udfs)
    assert {"rollbook_rate", "rollbook_window", "rollbook_ada", "rollbook_student"} <= set(udfs)


def test_names_of_udfs_are_those_of_the_add_in() -> None:
    from addin import custom_functions
    from addin.desktop.udfs import PREFIX, all_udfs

    noted = [getattr(custom_functions, name).__xlfunc__ for name in custom_functions.__all__]
    names = {(one.get("excel_name") or one["name"]).casefold() for one in noted}
    assert {name.removeprefix(PREFIX) for name in all_udfs()} == names


def test_a_udf_answers_as_the_add_in_does_for_what_desktop_excel_gives(office: Path) -> None:
    printed = on_the_pc(
        """
import datetime
from addin.desktop import udfs
days = (tuple(datetime.datetime(2026, 9, 14 + n) for n in range(2) for _ in "ab"), ("AM", "PM") * 2)
marks = (("/", None, "n", "/"), ("/", "§", "/", "/"))
print(json.dumps([
    udfs.rollbook_rate(marks, days, None),
    udfs.rollbook_student((("0012",), (345.0,), (None,), ("77",)), None),
    udfs.rollbook_attendance("0012", "absent", None, None),
    udfs.rollbook_student("0012", "shoe size"),
]))
""",
        office,
    )
    rates, names, absent, unknown = json.loads(printed)
    assert rates[0] == [2 / 3]
    assert rates[1][0].startswith("#VALUE! Column 2 has “§”")
    assert names[:3] == [["Ana Quill"], ["=cmd|' /C calc'!A1 Dunmore"], [""]]
    assert names[3] == ["#N/A No student has the id “77”."]
    assert absent == [[6]]
    assert unknown.startswith("#VALUE! “shoe size” is none of")


def test_without_an_office_a_udf_says_what_to_set() -> None:
    printed = on_the_pc(
        "from addin.desktop import udfs\nprint(udfs.rollbook_findings('0012'))", None
    )
    assert "Set ROLLBOOK_OFFICE" in printed


STAND_IN = """
class Cells:
    def __init__(self, address, rows): self.address, self._rows = address, rows
    row, column = 1, 1
    def options(self, **_): return self
    @property
    def value(self): return self._rows
    @property
    def rows(self): return [Row("$2:$2", 15), Row("$3:$3", 0)]
class Row:
    def __init__(self, address, row_height): self.address, self.row_height = address, row_height
class Sheet:
    name = "Students"
    used_range = Cells("$A$1:$B$3", [["Student ID", "Name"], ["0012", "Ana"], ["345", "B"]])
class Sheets(list):
    active = Sheet()
class App:
    told = []
    def alert(self, text, title=None, buttons="ok"): self.told.append(text); return "ok"
class Book:
    name, fullname, app = "Tracker.xlsx", "/books/Tracker.xlsx", App()
    sheets = Sheets([Sheet()])
    selection = Cells("$A$2:$B$3", [])
"""


def test_a_button_acts_on_the_rows_that_are_seen_and_says_so(office: Path) -> None:
    printed = on_the_pc(
        STAND_IN
        + """
from addin.desktop.buttons import press, view_of
assert view_of(Book())["rows"] == ["$2:$2"]  # row 3 is hidden
press("why_flagged", Book())
print(json.dumps(App.told))
""",
        office,
    )
    [told] = json.loads(printed)
    assert "Quill" in told or "0012" in told


def test_importing_is_done_by_the_command(office: Path) -> None:
    drop = office / "drop" / "pupils.csv"
    drop.write_text("Student ID,First name,Last name,Grade\n88,Dee,Marlow,9\n", encoding="utf-8")
    printed = on_the_pc(
        STAND_IN
        + """
from addin.desktop.buttons import press
press("import_now", Book())
print(json.dumps(App.told))
""",
        office,
    )
    [told] = json.loads(printed)
    assert not drop.exists()
    assert "pupils.csv" in told


def test_noting_letters_posts_nothing_that_lies_in_the_drop_folder(office: Path) -> None:
    waiting = office / "drop" / "more pupils.csv"
    waiting.write_text("Student ID,First name,Last name\n89,Edie,Marlow\n", encoding="utf-8")
    printed = on_the_pc(
        """
from addin.desktop.office import desk_here
from addin.desk import Done
print(desk_here().hands.keep_up(desk_here().office) == Done())
""",
        office,
    )
    assert printed.strip() == "True"  # no workbook is adopted here
    assert waiting.exists()


def test_a_button_that_is_not_there_is_said(office: Path) -> None:
    printed = on_the_pc(
        STAND_IN + "from addin.desktop.buttons import press\nprint(press('make_coffee', Book()))",
        office,
    )
    assert printed.strip() == "There is no button “make_coffee”."


def test_the_macros_are_those_of_the_ribbon() -> None:
    """Made anew with: uv run python tools/make_desktop_macros.py"""
    assert FILE.read_bytes().decode("ascii") == macros()


def test_the_license_bound_part_of_xlwings_is_not_named_in_the_desktop() -> None:
    for path in (ROOT / "addin" / "desktop").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "xlwings.pro" not in text and "xlwings_server" not in text
