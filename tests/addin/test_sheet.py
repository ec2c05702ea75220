"""Finding the column of ids on the sheet in front of the clerk."""

from addin.sheet import Grid, column_under
from rollbook.workbooks.headings import STUDENT_ID


def test_the_offices_own_number_counts_before_a_states() -> None:
    rows = [["Tracking 9B", "", ""], ["UPN", "Name", "Student ID"], ["", "Ana Quill", "0012"]]
    assert column_under(Grid("Tracker", 1, 1, rows), STUDENT_ID) == (2, 3)


def test_a_states_number_is_taken_where_it_is_the_only_one() -> None:
    rows = [["Name", "SSID"], ["Ana Quill", "1234567890"]]
    assert column_under(Grid("Tracker", 4, 2, rows), STUDENT_ID) == (4, 3)


def test_a_sheet_without_ids_has_no_such_column() -> None:
    assert column_under(Grid("Notes", 1, 1, [["Chalk", 3], [None, ""]]), STUDENT_ID) is None
