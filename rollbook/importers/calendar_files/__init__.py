"""School calendars in the files an office already has: a list in a workbook or CSV, or ``.ics``.

These are not exports to be posted, so there is no importer here: ``rollbook calendar adopt`` asks
for them by name. What cannot be told for sure is listed with its row, and never guessed.
"""

from rollbook.importers.calendar_files.entries import Entry, Kind
from rollbook.importers.calendar_files.reading import read_calendar_file
from rollbook.importers.calendar_files.years import CalendarFile

__all__ = ["CalendarFile", "Entry", "Kind", "read_calendar_file"]
