"""Labels and envelopes for letters that go by post, in the order in which they are printed.

The address is the one frozen in the letter, so that letter and envelope never differ. A letter
that is held, void or not yet approved gets no envelope: it must not go.
"""

from collections.abc import Sequence

from rollbook.documents.labels import (
    ENVELOPES,
    SHEETS,
    Address,
    envelope_pages,
    fits,
    label_sheets,
)
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Letter, State
from rollbook.letters.life import named_letters
from rollbook.letters.ordering import in_order
from rollbook.letters.ways import Ways
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.standing import read_standing

MAY_GO = (State.APPROVED, State.PRINTED, State.MAILED, State.RETURNED)
"""The states in which a letter may have an envelope."""

PLAIN = "plain"
SHEET_NAMES = (*(name for name in SHEETS if not name.startswith(PLAIN)), PLAIN)
ENVELOPE_NAMES = tuple(ENVELOPES)


def letters_for_post(
    office: Office, serials: Sequence[str], state: State, order: str = ""
) -> list[Letter]:
    """Return the letters named, or those in a state that go by post, in the order of printing.

    Raises ``NotAllowed`` for one that must not go.
    """
    if state not in MAY_GO:
        raise NotAllowed(f"Letters that are {state.value} get no labels or envelopes. {_ONLY}")
    standing = read_standing(office)
    with office.ledger.read() as connection:
        if serials:
            found = named_letters(connection, serials)
        else:
            found = book.letters(connection, states=[state])
        if state is State.APPROVED and not serials:
            found = Ways.read(office, standing, connection).by_post(found)
    for letter in found:
        if letter.state not in MAY_GO:
            raise NotAllowed(
                f"Letter {letter.serial} is {letter.state.value}, so it gets no label or "
                f"envelope. {_ONLY} Nothing was made."
            )
        if not letter.fields["address_lines"]:
            raise NotAllowed(
                f"Letter {letter.serial} has no address. Hold it, or prepare it again once the "
                "address is in the SIS. Nothing was made."
            )
    return in_order(found, order or office.settings.letters.order, standing.students)


_ONLY = f"Only these do: {', '.join(state.value for state in MAY_GO)}."


def labels(office: Office, letters: Sequence[Letter], sheet: str, start: int) -> bytes:
    """Return labels for the letters as a Word file, the first at label ``start`` of the sheet.

    Raises ``NotAllowed`` for a sheet nobody sells, a start that is not on it, and an address that
    fits on no label of it.
    """
    if sheet not in SHEET_NAMES:
        raise NotAllowed(f"There is no sheet “{sheet}”. Say one of: {', '.join(SHEET_NAMES)}.")
    us = office.policy.locale.endswith("US")
    chosen = SHEETS[f"{PLAIN}-{'letter' if us else 'a4'}" if sheet == PLAIN else sheet]
    count = chosen.across * chosen.down
    if not 1 <= start <= count:
        raise NotAllowed(f"A sheet {sheet} has the labels 1 to {count}. Say --start with one.")
    addresses = [_address(letter) for letter in letters]
    for one in addresses:
        if not fits(one.lines, chosen):
            raise NotAllowed(
                f"The address of letter {one.number} is too long for a label of {sheet}. Take a "
                f"sheet with larger labels, or write that one by hand. Nothing was made."
            )
    return label_sheets(addresses, chosen, start, _language(office))


def envelopes(office: Office, letters: Sequence[Letter], size: str = "") -> bytes:
    """Return envelopes for the letters as a Word file: #10 in the US, DL elsewhere, if not said.

    Raises ``NotAllowed`` for a size that is not known.
    """
    size = size or ("10" if office.policy.locale.endswith("US") else "dl")
    if size not in ENVELOPES:
        raise NotAllowed(f"There is no envelope “{size}”. Say one of: {', '.join(ENVELOPES)}.")
    return envelope_pages(map(_address, letters), ENVELOPES[size], _language(office))


def _address(letter: Letter) -> Address:
    fields = letter.fields
    lines = [fields["guardian_name"], *fields["address_lines"]]
    sender = [line for line in (fields["school_name"], fields["school_address"]) if line]
    return Address(lines, letter.serial, sender)


def _language(office: Office) -> str:
    return office.policy.locale.replace("_", "-")
