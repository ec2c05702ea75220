"""`rollbook letters mailed` and `returned`: letters in the post, and back from it."""

import sys
from collections.abc import Iterable

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.letters import (
    AllOption,
    BatchOption,
    NoteOption,
    SerialsArgument,
    as_serial,
    letters,
    now,
    serials_meant,
    tell_step,
)
from rollbook.cli.show import complain, say
from rollbook.ledger.letters import Letter, State
from rollbook.letters import step
from rollbook.office import Office
from rollbook.problems import NotAllowed

FROM_SCANNER = "-"

AFTER_RETURN = (
    "Where the address is wrong, correct it in the SIS and drop the contacts again. Then, for "
    "each:\n"
    '  rollbook letters void SERIAL --again --reason "new address"\n'
    "and prepare them anew: rollbook letters draft\n"
    "Where the address is right, print it again for the post: rollbook letters print SERIAL"
)


@letters.command()
def mailed(
    serials: SerialsArgument = None,
    every: AllOption = False,
    batch: BatchOption = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
    note: NoteOption = "",
) -> None:
    """Note that printed letters were mailed."""
    with opened(office) as opened_office:
        meant = serials_meant(opened_office, serials, State.PRINTED, every=every, batch=batch)
        if not meant and not json:
            say("No letter is printed.")
            return
        changed = step(opened_office, meant, State.MAILED, now(), note)
        tell_step(opened_office, changed, State.MAILED, json)


@letters.command()
def returned(
    serials: SerialsArgument = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
    note: NoteOption = "",
) -> None:
    """Note that mailed letters came back: by serial, or - to scan their barcodes one by one."""
    with opened(office) as opened_office:
        if serials == [FROM_SCANNER]:
            changed = _scan(opened_office, sys.stdin, note)
        else:
            meant = serials_meant(opened_office, serials, State.MAILED)
            changed = step(opened_office, meant, State.RETURNED, now(), note)
        tell_step(opened_office, changed, State.RETURNED, json)
    if changed and not json:
        say(AFTER_RETURN)


def _scan(office: Office, lines: Iterable[str], note: str) -> list[Letter]:
    """Note letters as they are scanned; one that cannot be noted is told, and the next is taken."""
    if sys.stdin.isatty():
        complain("Scan one barcode after another. To end, press Ctrl+Z and Enter (Ctrl+D).")
    changed = []
    for line in lines:
        serial = as_serial(line)
        if not serial:
            continue
        try:
            [letter] = step(office, [serial], State.RETURNED, now(), note)
        except NotAllowed as why:
            complain(str(why))
            continue
        complain(f"{serial} came back: {letter.guardian['name']}, about {letter.student_id}")
        changed.append(letter)
    return changed
