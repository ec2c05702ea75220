"""A school calendar in the drop folder: told for what it is, and not taken unseen.

A calendar decides which days count, so every percentage and flag may change with it. The clerk
sees first what it would say, by ``rollbook calendar adopt``.
"""

from pathlib import Path

from rollbook.importers.reading.headers import STUDENT_ID, find_tables
from rollbook.importers.upload import Upload
from rollbook.office import Office
from rollbook.office.adopting import propose_calendar
from rollbook.problems import RefusedFile, RollbookError, counted, refuse

DROPPED = "calendar-dropped"


def told_as_calendar(office: Office, claimed: Path) -> RefusedFile | None:
    """Return the refusal of a calendar, with how it is taken; None for any other file."""
    profile = office.profile
    try:
        upload = Upload(claimed, profile.encoding)
        if find_tables(upload, {"student_id": STUDENT_ID}, ("student_id",)):
            return None
        proposal = propose_calendar(
            claimed, office.folders.root, profile.day_first, profile.encoding
        )
    except RollbookError:
        return None
    years = proposal.found.years
    days = sum(len(year.school_days()) for year in years)
    return RefusedFile(
        [
            refuse(
                DROPPED,
                f"“{claimed.name}” is a school calendar: {counted(len(years), 'school year')}, "
                f"{counted(days, 'school day')}. A calendar decides which days count, so it is not "
                "taken unseen. Look at it, and take it, with: rollbook calendar adopt "
                f'"{office.folders.refused / claimed.name}"',
            )
        ]
    )
