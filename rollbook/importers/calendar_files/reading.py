"""Which reader a calendar file needs: a list in a workbook or text file, or an ``.ics`` file."""

from pathlib import Path

from rollbook.importers.calendar_files.ics import events_of
from rollbook.importers.calendar_files.lists import lines_of
from rollbook.importers.calendar_files.years import CalendarFile, put_together
from rollbook.importers.upload import Upload
from rollbook.problems import RefusedFile, refuse


def read_calendar_file(path: Path, day_first: bool, encoding: str = "") -> CalendarFile:
    """Return what a calendar file says. Raises ``RefusedFile`` when it says no school year.

    ``day_first`` reads 03/09/2026 as 3 September.
    """
    upload = Upload(path, encoding)
    is_ics = upload.kind == "text" and upload.text.lstrip().upper().startswith("BEGIN:VCALENDAR")
    entries, problems = events_of(upload) if is_ics else lines_of(upload, day_first)
    found = put_together(entries, problems)
    if not found.years:
        unread = [refuse("no-school-year", f"“{upload.name}” {_NO_YEAR}"), *problems]
        raise RefusedFile(unread)
    return found


_NO_YEAR = (
    "does not say when a school year begins and ends. Add a line “First day of school” and a line "
    "“Last day of school”, or the terms with their first and last days, and adopt it again."
)
