from rollbook.accounting.class_size import ClassSize, class_sizes, site_average
from rollbook.accounting.grades import grade_span
from rollbook.register import Enrolment, Student
from tests.accounting.schools import weekdays

DAYS = [weekdays(20)[-1], weekdays(40)[-1]]
FIRST = weekdays(1)[0]


def class_of(form: str, grades: list[str], start: int) -> dict[str, Student]:
    return {
        f"{start + number}": Student(f"{start + number}", grade=grade, form=form, campus="10")
        for number, grade in enumerate(grades)
    }


def test_a_combined_class_counts_whole_and_an_older_one_not_at_all() -> None:
    students = {
        **class_of("R1", ["2", "2", "K"], 100),
        **class_of("R2", ["3", "4", "4"], 200),
        **class_of("R3", ["4", "5"], 300),
        **class_of("", ["1"], 400),
    }
    enrolments = [Enrolment(student_id, FIRST) for student_id in students]
    found = class_sizes(students, enrolments, DAYS, grade_span("TK-3"), {})
    assert found == [
        ClassSize("10", "R1", [3, 3], {"2", "K"}),
        ClassSize("10", "R2", [3, 3], {"3", "4"}),
    ]


def test_who_left_came_later_or_studies_independently_is_not_in_the_class() -> None:
    students = class_of("R1", ["2"] * 4, 100)
    enrolments = [
        Enrolment("100", FIRST, DAYS[0]),  # withdrawn on the day itself: not there any more
        Enrolment("101", DAYS[1]),
        Enrolment("102", FIRST),
        Enrolment("103", FIRST),
    ]
    found = class_sizes(students, enrolments, DAYS, grade_span("TK-3"), {DAYS[1]: {"103"}})
    assert found == [ClassSize("10", "R1", [2, 2], {"2"})]


def test_a_month_without_a_pupil_does_not_make_a_class_smaller() -> None:
    assert ClassSize("10", "R1", [0, 24, 26]).average == 25
    assert ClassSize("10", "R1", [0, 0]).average is None
    assert site_average([ClassSize("10", "R1", [0])]) is None
