"""When a whole file is not posted: a stranger's, or one that may be the wrong selection."""

from rollbook.importers.contract import Extract, Recording
from rollbook.ledger import Connection, people
from rollbook.ledger import postings as book
from rollbook.office import Office
from rollbook.posting.changes import Changes
from rollbook.posting.drift import DRIFTED, differences, waits
from rollbook.posting.looks import is_measured, last_look, look_of
from rollbook.posting.roll import Roll
from rollbook.problems import RefusedFile, counted, refuse

DRIFT_SHARE = 4, 10  # local policy: more than 40 % of the marks on record changed by one file
DRIFT_FEWEST = 20
TAKEN_BACK_FEWEST = 3  # a file of absences may always take back two

STRANGERS_FEWEST = 5  # students of a roster; fewer are newcomers

NOBODY_KNOWN = "nobody-known"


def let_wait_if_it_differs(
    connection: Connection, office: Office, extract: Extract, file: str
) -> None:
    """Refuse, until somebody says yes, a file unlike the last one of its kind."""
    if not is_measured(extract):
        return
    roll = Roll.read(connection)
    ids = _ids_in(extract) or [student.student_id for student in extract.students]
    if not any(student_id in roll.keys for student_id in ids):
        _let_strangers_wait(connection, extract, file)
        return  # another school's register, or the first of this one
    look = look_of(extract, roll)
    last = last_look(connection, extract, look)
    if last is None:
        return
    number, before = last
    found = differences(office, look, before)
    if found:
        name = next(one.file for one in book.postings(connection) if one.id == number)
        raise RefusedFile(waits(found, file, name))


def _let_strangers_wait(connection: Connection, extract: Extract, file: str) -> None:
    """Refuse, until somebody says yes, a roster of another kind in which nobody is known.

    A further campus exports its first roster in the same kind of file as the others, and a list
    of a few is rather of newcomers.
    """
    if len(extract.students) < STRANGERS_FEWEST:
        return
    kinds = {one.importer for one in book.postings(connection)}
    if extract.is_roster and people.has_roster(connection) and extract.importer not in kinds:
        raise RefusedFile(
            [
                refuse(
                    DRIFTED,
                    f"“{file}” names {counted(len(extract.students), 'student')}, none of them on "
                    "the roster of this office, and is another kind of export. It may be another "
                    "school's. Nothing of it is posted yet. If they are yours, say so once: "
                    f'rollbook once --accept "{file}". If not, delete it.',
                )
            ]
        )


def refuse_strangers(roll: Roll, extract: Extract) -> None:
    """Refuse a file in which nobody is known: a wrong school's file, or no roster yet."""
    ids = _ids_in(extract)
    if ids and not any(student_id in roll.keys for student_id in ids):
        raise RefusedFile(
            [
                refuse(
                    NOBODY_KNOWN,
                    f"nobody in this file is on the roster (for example "
                    f"“{ids[0]}”). Drop the roster: this file is posted by itself then. If it "
                    "is the file of another school, delete it.",
                    value=ids[0],
                )
            ]
        )


def refuse_drift(changes: Changes, file: str) -> None:
    """Refuse a file that would undo a large part of what is on record (local policy)."""
    changed = len(changes.amended) + len(changes.cleared)
    share, whole = DRIFT_SHARE
    if changed >= DRIFT_FEWEST and changed * whole > changes.on_record * share:
        raise RefusedFile(
            [
                refuse(
                    DRIFTED,
                    f"this file would change or remove {changed:,} of the {changes.on_record:,} "
                    "marks already on record for its dates, so it may be the wrong selection. "
                    "Nothing was posted. If it is right, run: "
                    f'rollbook once --accept "{file}"',
                    value=str(changed),
                )
            ]
        )


def refuse_part_of_a_list(changes: Changes, extract: Extract, file: str) -> None:
    """Refuse a file of absences that takes back more of them than it names (local policy)."""
    gone, rows = len(changes.cleared), len(extract.marks)
    if extract.recording is Recording.NEGATIVE and gone >= TAKEN_BACK_FEWEST and gone > rows:
        raise RefusedFile(
            [
                refuse(
                    DRIFTED,
                    f"this file of absences has {rows:,} {'row' if rows == 1 else 'rows'} and "
                    f"would take back {gone:,} absences on record that it does not name. It may "
                    "be a part of the list only. Nothing was posted. Export the whole list, or, "
                    f'if it is right, run: rollbook once --accept "{file}"',
                    value=str(gone),
                )
            ]
        )


def _ids_in(extract: Extract) -> list[str]:
    """Return the ids of the students a file speaks of, without those of a roster."""
    ids = [str(name) for name in extract.marks["student_id"].cat.categories]
    ids += [guardian.student_id for guardian in extract.guardians]
    both = ((one.student_id, one.state_id) for one in extract.figures)
    return ids + [student_id for pair in both for student_id in pair if student_id]
