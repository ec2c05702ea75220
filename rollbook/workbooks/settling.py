"""Conflicts between a workbook's logs and the ledger, settled by a person."""

from dataclasses import replace
from datetime import datetime

from rollbook.importers.reading.contact_words import contact_said
from rollbook.ledger import Connection, care
from rollbook.ledger import sheet_entries as log
from rollbook.ledger.sheet_entries import SheetEntry
from rollbook.letters import log_action
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.workbooks.entering import day_first
from rollbook.workbooks.log_words import Written, day_said


def settle(office: Office, number: int, at: datetime, *, take_sheet: bool) -> SheetEntry:
    """Settle a conflict: the ledger stays as it is, or what the sheet says is taken over.

    Raises ``NotAllowed`` when there is no such conflict open, or when the sheet's side cannot be
    taken over by itself.
    """
    with office.ledger.write() as connection:
        found = {entry.id: entry for entry in log.open_conflicts(connection)}
        entry = found.get(number)
        if entry is None:
            raise NotAllowed(
                f"There is no open conflict {number}. See them with: rollbook workbook conflicts"
            )
        note = "the ledger stays"
        if take_sheet:
            note = _take_sheet(office, connection, entry, at)
        stamp = at.isoformat(timespec="seconds")
        settled = replace(
            entry, did=log.SETTLED, note=note, at=stamp, by=office.settings.clerk, settles=number
        )
        return log.save_sheet_entry(connection, settled)


def _take_sheet(office: Office, connection: Connection, entry: SheetEntry, at: datetime) -> str:
    """Let the log of contacts say what the sheet says; a letter's life cannot be set like that."""
    if not entry.number:
        raise NotAllowed(
            f"{entry.note} Correct the log, or the letter's steps (rollbook letters --help), and "
            f"then: rollbook workbook settle {entry.id} --take ledger"
        )
    stamp, clerk = at.isoformat(timespec="seconds"), office.settings.clerk
    reason = f"the row in {entry.workbook} was changed or taken out"
    old = care.strike_action(connection, entry.number, reason, clerk, stamp)
    still_there = [
        one
        for one in log.sheet_entries(connection, entry.workbook)
        if one.key == entry.key and one.id > entry.id
    ]
    if old is None or any(one.did == log.GONE for one in still_there):
        return "the contact was struck off"
    said = entry.said
    words = ", ".join(str(said[key]) for key in ("action", "note") if said.get(key))
    kind = contact_said(str(said.get("action", ""))) or contact_said(str(said.get("note", "")))
    written = Written(at.date(), day_first(office))
    day = day_said(str(said["date"]), written) or old.day
    action = replace(old, day=day, kind=kind or "other", note=words, by=clerk, at=stamp, number=0)
    log_action(office, connection, action, at.date())
    return "the contact was struck off and entered as the sheet says"
