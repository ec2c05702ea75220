"""England: attendance marks in a Common Transfer File (CTF), two characters a weekday.

``AttendanceMarks`` starts on ``AttendanceStartDate`` and goes on AM, PM, AM, PM over every Monday
to Friday, closures too. A blank and ``-`` mean that no mark was made.
"""

from collections.abc import Iterator

from lxml import etree

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.dates import read_date
from rollbook.importers.reading.mark_strings import MarkString, marks_of_strings
from rollbook.importers.reading.marks import coverage_of, is_id
from rollbook.importers.upload import Upload
from rollbook.problems import Place, Problem, hold
from rollbook.register import Student

NAME = "ctf-marks"
TITLE = "Common Transfer File (England)"
HEADERS = ()  # XML


def identify(upload: Upload) -> bool:
    """Say whether the file is XML whose outermost element is CTfile."""
    return upload.kind == "xml" and upload.root_name.casefold() == "ctfile"


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read the marks of every pupil; a string that cannot be placed on days is held."""
    students: list[Student] = []
    strings: list[MarkString] = []
    problems: list[Problem] = []
    for pupil in _all(upload.xml, "Pupil"):
        student = _student(pupil)
        if not is_id(student.student_id):
            problems.append(_no_upn(pupil))
            continue
        students.append(student)
        for sessions in _all(pupil, "AttendSessions"):
            read = _marks(student, sessions)
            if isinstance(read, Problem):
                problems.append(read)
            else:
                strings.append(read)
    marks = marks_of_strings(strings, ("AM", "PM"))
    if not len(marks) and not problems:
        raise upload.refused(
            "no-marks",
            "is a Common Transfer File without attendance marks. Export it again with attendance "
            "included.",
        )
    coverage = coverage_of(marks, profile.campus)
    return Extract(NAME, marks, students, coverage=coverage, problems=problems)


def _marks(student: Student, sessions: etree._Element) -> MarkString | Problem:
    written = _text(sessions, "AttendanceStartDate").strip()
    first = read_date(written, day_first=True)
    marks = _text(sessions, "AttendanceMarks").strip("\r\n\t")
    if first is None or first.weekday() > 4:
        return _held(
            student,
            sessions,
            "unreadable-date",
            f"start on “{written}”, which is not a school weekday",
        )
    if len(marks) % 2:
        return _held(
            student,
            sessions,
            "half-a-day",
            f"have {len(marks)} characters, which is not two for each day",
        )
    return MarkString(student.student_id, first, marks, _line(sessions))


def _student(pupil: etree._Element) -> Student:
    upn = _text(pupil, "UPN").strip()
    return Student(
        upn,
        family_name=_text(pupil, "Surname").strip(),
        given_name=_text(pupil, "Forename").strip(),
        known_as=_text(pupil, "PreferredForename").strip(),
        state_id=upn,
        birth_date=read_date(_text(pupil, "DOB").strip(), day_first=True),
        grade=_text(pupil, "NCyearActual").strip(),
    )


def _held(student: Student, sessions: etree._Element, slug: str, what: str) -> Problem:
    return hold(
        slug,
        f"The marks of pupil {student.student_id} in line {_line(sessions)} {what}. They were "
        "not posted. Export the file again.",
        value=student.student_id,
        place=Place(row=_line(sessions), column="AttendSessions"),
    )


def _no_upn(pupil: etree._Element) -> Problem:
    return hold(
        "no-student-id",
        f"The pupil in line {_line(pupil)} has no readable UPN. The marks were not posted. Give "
        "the pupil a UPN in the MIS and export again.",
        value=_text(pupil, "UPN").strip(),
        place=Place(row=_line(pupil), column="UPN"),
    )


def _line(element: etree._Element) -> int:
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def _all(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return element.iter(f"{{*}}{name}")


def _text(element: etree._Element, name: str) -> str:
    """Return the text of the first such element inside, whatever its namespace."""
    found = next(_all(element, name), None)
    return (found.text or "") if found is not None else ""
