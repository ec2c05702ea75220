"""What the office has settled about its exports: the names of campuses, and codes of each campus.

A name of a campus in a file is that of the roster, one that ``[campus]`` of office.toml gives it,
or one of ``[exports.campus_names]``. Codes of the whole office are in ``[codes]``; where a campus
means something else by a code, ``[exports.campus_codes]`` says so.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from rollbook.attendance.roll import is_among, same_campus
from rollbook.importers.contract import Extract, Recording
from rollbook.ledger import Connection
from rollbook.ledger.marks import Integers, day_numbers, day_of
from rollbook.office import Office
from rollbook.posting.roll import Roll
from rollbook.problems import Problem, RefusedFile, counted, note, refuse

UNKNOWN_CAMPUS = "unknown-campus"
NEW_CAMPUS = "new-campus"


def campus_names(office: Office) -> Mapping[str, str]:
    """Return the campus of each name an export may give it, by the name in small letters."""
    names = {name.casefold(): number for number, name in office.settings.campus.items() if name}
    said = office.settings.exports.campus_names
    return names | {name.casefold(): number for name, number in said.items()}


def with_campuses(office: Office, extract: Extract) -> Extract:
    """Return the extract with its campuses named as the roster names them."""
    names = campus_names(office)
    if not names:
        return extract

    def campus(name: str) -> str:
        return names.get(name.casefold(), name)

    return replace(
        extract,
        coverage=[replace(span, campus=campus(span.campus)) for span in extract.coverage],
        students=[replace(one, campus=campus(one.campus)) for one in extract.students],
        enrolments=[replace(one, campus=campus(one.campus)) for one in extract.enrolments],
        figures=[replace(one, campus=campus(one.campus)) for one in extract.figures],
        staff={row: replace(one, campus=campus(one.campus)) for row, one in extract.staff.items()},
    )


def unknown_campuses(roll: Roll, extract: Extract) -> list[str]:
    """Return the campuses a list of marks is about and that no student belongs to.

    Its silence says who was there at a campus, or who has no mark yet; of a campus that nobody
    belongs to it would say nothing.
    """
    known = campuses_of(roll)
    return [
        name
        for name in dict.fromkeys(span.campus for span in extract.coverage)
        if name and known and not is_among(name, known)
    ]


def told_unknown_campuses(roll: Roll, extract: Extract) -> list[Problem]:
    """Tell of campuses nobody belongs to in a list of all marks; one of absences is refused.

    Its marks are those of its students whatever the campus is called, so they are posted. Only who
    has *no* mark cannot be told by it.
    """
    if extract.recording is Recording.NEGATIVE:
        return []
    return [_told_unknown(roll, name) for name in unknown_campuses(roll, extract)]


def _told_unknown(roll: Roll, name: str) -> Problem:
    known = campuses_of(roll)
    return note(
        UNKNOWN_CAMPUS,
        f"This list is about campus “{name}”, and the roster has no such campus: it has "
        f"{', '.join(known)}. Its marks are posted to its students all the same, but who has no "
        "mark in it is not counted as missing. Say once which campus it is: rollbook import "
        f'settle --set "campus.{name}={known[0]}". Then take this posting back and drop the list '
        "again.",
        value=name,
    )


def new_campuses(connection: Connection, office: Office, extract: Extract) -> list[Problem]:
    """Tell of campuses that a roster brings and neither the roster so far nor the office knows.

    That is normal when a school joins; but it may be one of the campuses by another name, and
    lists of absences of the old name would not be about its students any more.
    """
    if not extract.is_roster:
        return []
    roll = Roll.read(connection)
    known = campuses_of(roll)
    named = [*known, *office.settings.campus, *campus_names(office).values()]
    return [
        _told_new(roll, extract, name, known)
        for name in sorted({one.campus for one in extract.students})
        if name and known and not is_among(name, named)
    ]


def _told_new(roll: Roll, extract: Extract, name: str, known: Sequence[str]) -> Problem:
    students = [one.student_id for one in extract.students if one.campus == name]
    before = Counter(roll.campus[roll.keys[one]] for one in students if one in roll.keys)
    [(was, many)] = before.most_common(1) or [("", 0)]
    were = f" {many:,} of them were of “{was}” so far." if was else ""
    return note(
        NEW_CAMPUS,
        f"Campus “{name}” is new on the roster, with {counted(len(students), 'student')}; so far "
        f"it had {', '.join(known)}.{were} If it is another name of one of these, write in "
        f'office.toml, below [exports.campus_names]: "{name}" = "{was or known[0]}", and drop the '
        "roster again.",
        value=name,
    )


def campuses_of(roll: Roll) -> list[str]:
    """Return the campuses the roster knows."""
    stretches = (one.campus for some in roll.enrolments.values() for one in some)
    return sorted({*roll.campus.values(), *stretches} - {""})


def refuse_unknown_campuses(roll: Roll, extract: Extract, file: str) -> None:
    """Refuse a list of absences about a campus that the roster does not know."""
    names = unknown_campuses(roll, extract)
    if names and extract.recording is Recording.NEGATIVE:
        said = " and ".join(f"“{name}”" for name in names)
        raise RefusedFile(
            [
                refuse(
                    UNKNOWN_CAMPUS,
                    f"“{file}” is about {said}, and the roster has no such campus: it has "
                    f"{', '.join(campuses_of(roll))}. Nothing was posted. Say once which one it "
                    f'is: rollbook import settle --set "campus.{names[0]}={campuses_of(roll)[0]}"',
                    value=names[0],
                )
            ]
        )


def with_campus_codes(office: Office, roll: Roll, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the marks with the codes of each campus as that campus means them."""
    by_campus = office.settings.exports.campus_codes
    if not by_campus or not len(frame):
        return frame
    symbols = [str(one) for one in frame["symbol"].cat.categories]
    names = sorted({*symbols, *(to for codes in by_campus.values() for to in codes.values())})
    number = {name: place for place, name in enumerate(names)}
    kept = np.array([number[one] for one in symbols], dtype=np.int64)
    meant = np.vstack(
        [[number[codes.get(one, one)] for one in symbols] for codes in by_campus.values()] + [kept]
    )
    of_row = _campus_of_rows(list(by_campus), roll, frame)
    found = meant[of_row, frame["symbol"].cat.codes.to_numpy()]
    used, codes = np.unique(found, return_inverse=True)
    labels = pd.Index([names[place] for place in used.tolist()], dtype=object)
    return frame.assign(symbol=pd.Categorical.from_codes(codes, labels))


def _campus_of_rows(named: Sequence[str], roll: Roll, frame: pd.DataFrame) -> Integers:
    """Return for each mark the place of its student's campus on that day among those named."""
    keys = [roll.keys.get(str(one), 0) for one in frame["student_id"].cat.categories]
    usual = np.array([_which(named, roll.campus.get(key, "")) for key in keys], dtype=np.int64)
    student, days = frame["student_id"].cat.codes.to_numpy(), day_numbers(frame["date"])
    found: Integers = usual[student]
    for place, key in enumerate(keys):
        if len({one.campus for one in roll.enrolments.get(key, ()) if one.campus}) > 1:  # moved
            rows = student == place
            for day in np.unique(days[rows]).tolist():
                campus = roll.campus_on(key, day_of(day))
                found[rows & (days == day)] = _which(named, campus)
    return found


def _which(named: Sequence[str], campus: str) -> int:
    """Return the place of a campus among those with codes of their own; behind them for none."""
    for place, name in enumerate(named):
        if campus and same_campus(name, campus):
            return place
    return len(named)
