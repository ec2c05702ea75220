"""Why is this student flagged: in one sentence, with the whole answer in the pane."""

from addin.buttons import Press
from addin.jobs import Told
from addin.sheet import selected_students
from rollbook.problems import NotAllowed
from rollbook.rules import Explanation
from rollbook.standing import Standing

LABEL = "Why flagged?"
SAYS = (
    "Says which thresholds the student of the selected row has crossed, and how. The link opens "
    "the student in the pane with every mark that counted and every one that did not."
)
ICON = "why"
READS = "sheet"


def press(at: Press) -> Told:
    """Say why the one student of the selected row is flagged."""
    students = selected_students(at)
    if len(students) > 1:
        raise NotAllowed(
            f"{len(students)} students are selected. Select the row of one, and press again."
        )
    at.tell("Looking at the marks")
    standing = at.desk.standing
    return Told(
        _sentence(standing, students[0]), f"pane:student/{students[0]}", "See the marks and why"
    )


def _sentence(standing: Standing, student_id: str) -> str:
    name = standing.students[student_id].sort_name
    explained = standing.explain(student_id)
    crossed = [one for one in explained if one.crossed]
    if crossed:
        return f"{name}: {' '.join(map(_in_one_line, crossed))}"
    nearest = next((one for one in explained if one.missing), None)
    more = f" {_in_one_line(nearest)}" if nearest else ""
    return f"{name} is not flagged: no threshold is crossed.{more}"


def _in_one_line(one: Explanation) -> str:
    return " ".join(one.sentence.split())
