"""New students in the tracker, in its own order and style; students who left, and come back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook import workbooks
from rollbook.register import Student
from rollbook.workbooks import Figures, Receipt, Whom
from rollbook.workbooks.people import Listed
from rollbook.workbooks.sorting import Order, order_of, place_in
from tests.workbooks.sound import check_sound

HEADINGS = ("Student ID", "Name", "Form", "Absent", "Twice", "Flag", "Notes")
NAMES = ("Abara, Zoë", "Bell, Ann", "Núñez, Ana", "Okafor, Ed", "O’Neil, Tom", "Zeta, Ida")
IDS = (3, 1, 2, 6, 4, 5)


def student(number: int, name: str, form: str = "7B", **more: Any) -> Listed:
    family, _, given = name.partition(", ")
    about = Student(f"{number:05d}", family, given, form=form, grade="07", campus="101")
    return Listed(about, "North", **more)


def make(path: Path, listed: Sequence[Listed], *, kind: str = "bare", total: bool = False) -> Path:
    """A tracker with a title, a formula in each row, notes, a colour, formats and a summary."""
    book = xlsxwriter.Workbook(path)
    yellow = book.add_format({"bg_color": "#ffff00"})
    boxed = book.add_format({"border": 1})
    sheet = book.add_worksheet("List")
    sheet.write("A1", "Tracker")
    bottom = 3 + len(listed)
    if kind == "table":
        options: dict[str, Any] = {"name": "Tracker", "columns": [{"header": h} for h in HEADINGS]}
        if total:
            options["total_row"] = True
            options["columns"][3]["total_function"] = "sum"
        sheet.add_table(2, 0, bottom - 1 + total, 6, options)
    else:
        sheet.write_row("A3", HEADINGS)
    for row, one in enumerate(listed, 4):
        about = one.student
        sheet.write_string(f"A{row}", about.student_id, boxed)
        sheet.write(f"B{row}", about.sort_name, yellow if row == 5 else boxed)
        sheet.write(f"C{row}", about.form, boxed)
        sheet.write(f"D{row}", int(about.student_id), boxed)
        sheet.write_formula(f"E{row}", f"=D{row}*2", boxed, int(about.student_id) * 2)
        sheet.write(f"G{row}", f"note {about.student_id}", boxed)
        sheet.set_row(row - 1, 21)
    if total and kind == "bare":
        sheet.write(f"A{bottom + 1}", "Total")
        sheet.write_formula(f"D{bottom + 1}", f"=SUM(D4:D{bottom})")
    sheet.conditional_format(f"D4:D{bottom}", {"type": "cell", "criteria": ">", "value": 3,
                                               "format": yellow})  # fmt: skip
    sheet.data_validation(f"F4:F{bottom}", {"validate": "list", "source": ["watch", "act"]})
    sheet.write_comment("B4", "rang home")
    sums = book.add_worksheet("Sums")
    sums.write_formula("A1", f"=SUM(List!$D$4:$D${bottom})")
    sums.write_formula("A2", "=List!G4")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"=List!$D$4:$D${bottom}"})
    sums.insert_chart("C3", chart)
    book.close()
    return path


def update(path: Path, people: Sequence[Listed], **more: Any) -> Receipt:
    mapping = replace(workbooks.adopt(path), whom=Whom(add=True))
    columns = mapping.tracker.columns if mapping.tracker else {}
    assert {"student_id", "student_name", "group"} <= set(columns)
    figures: Figures = {one.student.student_id: {"flag": "watch"} for one in people}
    known = {one.student.student_id: one for one in people}
    receipt = workbooks.update(path, mapping, figures, [], path.parent / "s", known, **more)
    receipt.unchanged_proof()
    return receipt


def rows(path: Path) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(path)["List"]
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=4, max_col=7)]


@pytest.mark.parametrize("kind", ["bare", "table"])
@pytest.mark.parametrize("total", [False, True])
def test_a_new_student_stands_where_the_list_has_them_and_looks_like_the_others(
    kind: str, total: bool, tmp_path: Path
) -> None:
    listed = [student(number, name) for number, name in zip(IDS, NAMES, strict=True)]
    new = [student(90, "Aaron, Al"), student(91, "Núñez, Bo", "8A"), student(92, "Zz, Zo")]
    path = make(tmp_path / "t.xlsx", listed, kind=kind, total=total)
    receipt = update(path, [*listed, *new])
    check_sound(path)
    shown = rows(path)[:9]
    ids = [row[0] for row in shown]
    assert ids == ["00090", "00003", "00001", "00002", "00091", "00006", "00004", "00005", "00092"]
    assert [row[1] for row in shown][4] == "Núñez, Bo"
    assert [row[4] for row in shown] == [f"=D{number}*2" for number in range(4, 13)]
    assert [row[6] for row in shown if row[6]] == [f"note {one:05d}" for one in IDS]
    assert {row[5] for row in shown} == {"watch"}
    assert [one.row for one in receipt.students_added] == [4, 8, 12]
    book = openpyxl.load_workbook(path)
    sheet = book["List"]
    assert sheet["B6"].fill.fgColor.rgb == "FFFFFF00"  # it stayed with Ann Bell
    assert [sheet[f"B{row}"].fill.fill_type for row in (4, 8, 12)] == [None] * 3
    assert sheet["B8"].border.left.style == "thin"
    assert sheet.row_dimensions[8].height == 21
    assert sheet["B5"].comment.text.endswith("rang home") and sheet["B4"].comment is None
    assert [str(one.sqref) for one in sheet.conditional_formatting] == ["D4:D12"]
    assert str(sheet.data_validations.dataValidation[0].sqref) == "F4:F12"
    assert book["Sums"]["A1"].value == "=SUM(List!$D$4:$D$12)"
    assert book["Sums"]["A2"].value == "=List!G5"
    if kind == "table":
        assert sheet.tables["Tracker"].ref == f"A3:G{13 if total else 12}"
    elif total:
        assert sheet["D13"].value == "=SUM(D4:D12)"
    assert update(path, [*listed, *new]).is_written is False


def test_a_chart_over_the_list_is_over_the_longer_list(tmp_path: Path) -> None:
    listed = [student(number, name) for number, name in zip(IDS, NAMES, strict=True)]
    path = make(tmp_path / "t.xlsx", listed)
    update(path, [*listed, student(7, "Zz, Zo")])
    chart = openpyxl.load_workbook(path)["Sums"]._charts[0]
    assert chart.series[0].val.numRef.f == "List!$D$4:$D$10"


def test_in_a_filtered_and_grouped_list_a_new_row_is_seen_and_in_its_group(tmp_path: Path) -> None:
    listed = [student(number, name) for number, name in zip(IDS, NAMES, strict=True)]
    path = make(tmp_path / "t.xlsx", listed)
    book = openpyxl.load_workbook(path)
    for row in range(4, 10):
        book["List"].row_dimensions[row].outlineLevel = 1
        book["List"].row_dimensions[row].hidden = row > 4
    book.save(path)
    update(path, [*listed, student(91, "Núñez, Bo")])
    shown = openpyxl.load_workbook(path)["List"].row_dimensions
    assert [shown[row].hidden for row in range(4, 11)] == [False, *[True] * 2, False, *[True] * 3]
    assert {shown[row].outlineLevel for row in range(4, 11)} == {1}


def in_sections(path: Path, *, with_form: bool) -> Path:
    """Two forms with titles between them and a sum below each."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("List")
    sheet.write_row("A3", HEADINGS if with_form else (*HEADINGS[:2], "Room", *HEADINGS[3:]))
    listed = [("00005", "Abara, Zoë"), ("00002", "Zeta, Ida")], [("00003", "Bell, Ann"),
              ("00004", "Ivey, Jo"), ("00001", "Okafor, Ed")]  # fmt: skip
    row = 4
    for form, students in zip(("7B", "8A"), listed, strict=True):
        sheet.write(f"B{row}", f"Form {form}")
        first, row = row + 1, row + 1
        for identity, name in students:
            sheet.write_row(f"A{row}", [identity, name, form if with_form else "12", 1])
            row += 1
        sheet.write_formula(f"D{row}", f"=SUM(D{first}:D{row - 1})", None, len(students))
        row += 1
    book.close()
    return path


def test_in_a_list_with_titles_a_new_student_stands_under_the_title_of_their_form(
    tmp_path: Path,
) -> None:
    path = in_sections(tmp_path / "t.xlsx", with_form=True)
    old = [student(5, "Abara, Zoë"), student(2, "Zeta, Ida"), student(3, "Bell, Ann", "8A"),
           student(4, "Ivey, Jo", "8A"), student(1, "Okafor, Ed", "8A")]  # fmt: skip
    new = [student(6, "Zz, Zo"), student(7, "Aa, Al", "8A"), student(8, "Zz, Bo", "8A")]
    receipt = update(path, [*old, *new])
    assert [row[1] for row in rows(path)] == [
        "Form 7B", "Abara, Zoë", "Zeta, Ida", "Zz, Zo", None,
        "Form 8A", "Aa, Al", "Bell, Ann", "Ivey, Jo", "Okafor, Ed", "Zz, Bo", None,
    ]  # fmt: skip
    sums = [row[3] for row in rows(path) if str(row[3]).startswith("=")]
    assert sums == ["=SUM(D5:D7)", "=SUM(D10:D14)"]
    assert len(receipt.students_added) == 3


def test_who_belongs_in_a_section_nothing_tells_of_is_left_to_the_clerk(tmp_path: Path) -> None:
    path = in_sections(tmp_path / "t.xlsx", with_form=False)
    old = [student(5, "Abara, Zoë"), student(2, "Zeta, Ida"), student(3, "Bell, Ann", "8A"),
           student(4, "Ivey, Jo", "8A"), student(1, "Okafor, Ed", "8A")]  # fmt: skip
    people = {one.student.student_id: one for one in [*old, student(6, "Zz, Zo")]}
    mapping = replace(workbooks.adopt(path), whom=Whom(add=True))
    receipt = workbooks.update(path, mapping, dict.fromkeys(people, {}), [], tmp_path / "s", people)
    assert not receipt.students_added and receipt.not_found == ("00006",)
    assert "in sections" in receipt.left_alone[0].why


def test_only_those_the_list_is_about_are_added(tmp_path: Path) -> None:
    listed = [student(number, name) for number, name in zip(IDS, NAMES, strict=True)]
    path = make(tmp_path / "t.xlsx", listed)
    away = student(7, "Bo, B", on_roll=False, left=date(2026, 9, 1))
    other = student(8, "Co, C", form="9C")
    mapping = replace(workbooks.adopt(path), whom=Whom(add=True, groups=("7b",)))
    people = {one.student.student_id: one for one in [*listed, away, other, student(9, "Do, D")]}
    receipt = workbooks.update(path, mapping, dict.fromkeys(people, {}), [], tmp_path / "s", people)
    assert [one.student_id for one in receipt.students_added] == ["00009"]
    assert receipt.not_found == ("00008",)


def test_who_left_is_marked_and_stays_and_who_comes_back_is_not(tmp_path: Path) -> None:
    listed = [student(number, name) for number, name in zip(IDS, NAMES, strict=True)]
    path = make(tmp_path / "t.xlsx", listed)
    gone = replace(listed[2], on_roll=False, left=date(2026, 11, 12))
    update(path, [*listed[:2], gone, *listed[3:]])
    assert [row[5] for row in rows(path)] == ["watch"] * 2 + ["left 12 Nov 2026"] + ["watch"] * 3
    assert len(rows(path)) == 6
    update(path, listed)
    assert [row[5] for row in rows(path)] == ["watch"] * 6


def test_a_column_for_leaving_gets_the_day_unless_the_clerk_wrote_there(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "List"
    for row in (["Student ID", "Name", "Absent", "Flag", "Left"], ["00001", "A, B", 1, "", None],
                ["00002", "C, D", 1, "", "moved to Leeds"]):  # fmt: skip
        sheet.append(row)
    book.save(path)
    mapping = workbooks.adopt(path)
    assert mapping.tracker is not None and "left" in mapping.tracker.columns
    gone = {
        one.student.student_id: one
        for one in (student(1, "A, B", on_roll=False, left=date(2026, 10, 1)),
                    student(2, "C, D", on_roll=False, left=date(2026, 10, 1)))
    }  # fmt: skip
    figures: Figures = dict.fromkeys(gone, {"flag": "act"})

    def left_and_flags() -> list[tuple[Any, Any]]:
        shown = openpyxl.load_workbook(path)["List"]
        return [(row[4].value, row[3].value) for row in shown.iter_rows(min_row=2)]

    workbooks.update(path, mapping, figures, [], tmp_path / "s", gone)
    (day, _), (words, _) = left_and_flags()
    assert day.date() == date(2026, 10, 1) and words == "moved to Leeds"
    assert {flag for _, flag in left_and_flags()} == {None}
    back = {
        key: replace(one, on_roll=True, left=None, before=(date(2026, 10, 1),))
        for key, one in gone.items()
    }
    workbooks.update(path, mapping, figures, [], tmp_path / "s", back)
    assert left_and_flags() == [(None, "act"), ("moved to Leeds", "act")]


# ---- any list --------------------------------------------------------------------------------

SORTS = {
    "name": lambda one: one.student.sort_name.casefold(),
    "form and name": lambda one: (one.student.form, one.student.sort_name.casefold()),
    "id": lambda one: one.student.student_id,
    "nothing": lambda one: one.student.student_id[::-1],
}
everybody = st.lists(
    st.tuples(
        st.sampled_from(["Abe", "Bo", "Cy", "Dee", "Eve", "Flo", "Gus"]),
        st.sampled_from(["Ann", "Ben", "Cal", "Di"]),
        st.sampled_from(["7A", "7B", "8A", "10C"]),
        st.booleans(),
    ),
    min_size=4,
    max_size=14,
)


@settings(max_examples=40, deadline=None)
@given(everybody, st.sampled_from(sorted(SORTS)), st.sampled_from(["bare", "table"]), st.booleans())
def test_whoever_comes_nobody_else_changes(
    tmp_path_factory: pytest.TempPathFactory,
    drawn: list[tuple[str, str, str, bool]],
    sort: str,
    kind: str,
    total: bool,
) -> None:
    people = [
        (student(number, f"{family}, {given}", form), is_new)
        for number, (family, given, form, is_new) in enumerate(drawn, 1)
    ]
    listed = sorted((one for one, is_new in people if not is_new), key=SORTS[sort])
    if not listed:
        return
    path = tmp_path_factory.mktemp("any") / "t.xlsx"
    make(path, listed, kind=kind, total=total)
    before = {row[0]: row for row in rows(path)}
    receipt = update(path, [one for one, _ in people])
    assert not receipt.not_found
    shown = [row for row in rows(path) if row[0] and row[0] != "Total" and row[0].isdigit()]
    assert len(shown) == len({row[0] for row in shown}) == len(people)
    for row in shown:
        assert row[1] == next(one.student.sort_name for one, _ in people
                              if one.student.student_id == row[0])  # fmt: skip
        if row[0] in before:
            assert (row[3], row[6]) == (before[row[0]][3], before[row[0]][6])
    assert [row[4] for row in shown] == [f"=D{number}*2" for number in range(4, 4 + len(shown))]
    kept = [row[0] for row in shown if row[0] in before]
    assert kept == [one.student.student_id for one in listed]
    check_sound(path)
    again = update(path, [one for one, _ in people])
    assert not again.is_written


@given(st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=20), st.sampled_from("abcdefgh"))
def test_in_a_sorted_list_a_new_one_keeps_it_sorted(letters: list[str], new: str) -> None:
    texts: list[Mapping[str, str]] = [{"student_name": letter} for letter in sorted(letters)]
    order = Order(("student_name",))
    keys = [order.key(text) for text in texts]
    at = place_in(keys, order.key({"student_name": new}))
    assert keys[:at] + [order.key({"student_name": new})] + keys[at:] == sorted(
        [*keys, order.key({"student_name": new})]
    )
    assert order_of(texts) in ([order, None] if len(set(letters)) == 1 else [order])


def test_forms_sorted_as_texts_and_as_numbers_are_told_apart() -> None:
    texts = [{"group": form, "student_id": "1"} for form in ("10A", "7B", "9C")]
    assert order_of(texts) == Order(("group", "student_id"), by_signs=True)
    assert order_of(texts[1:] + texts[:1]) == Order(("group", "student_id"))
