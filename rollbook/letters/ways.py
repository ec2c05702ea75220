"""The way a letter goes: by post, or by e-mail where the office wants it and it can.

Post is the way of every letter; e-mail has to be earned. A letter goes by e-mail when
``[email] letters`` in ``office.toml`` names its rule, the guardian has an address on the newest
roster, and no e-mail of this letter, or to this address, has failed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from rollbook.documents import converter
from rollbook.ledger import Connection
from rollbook.ledger.deliveries import Delivery, deliveries
from rollbook.ledger.letters import Letter, State, events, letters
from rollbook.office import Office, is_address
from rollbook.register import Guardian
from rollbook.standing import Standing

POST, EMAIL, TEXT = "post", "e-mail", "text"

SENDING = "sending"  # about to be handed to the mail server
UNKNOWN = "unknown"  # handed over, and no answer came
SENT = "sent"
NOT_SENT = "not sent"  # not taken, for a reason that has nothing to do with the letter
PUT_OFF = "put off"  # the mail server asks to try again later
REFUSED = "refused"
BOUNCED = "bounced"
FAILED = (REFUSED, BOUNCED)
"""The states of a delivery, in the words of the log."""

PAUSES = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(days=1))
"""How long to wait after each time the server put a letter off; after that it goes by post."""

_NO_SUCH_ADDRESS = re.compile(r"5[0-9]{2}[ -]5\.1\.|55[013] (?![245]\.)")
"""How a server's answer begins that says the address is wrong, rather than the letter."""

MOST_HOMES = 1  # what stands for other people at other homes is no family's: it tells strangers


@dataclass(frozen=True, slots=True)
class Way:
    """How a letter goes, to which address, and why by post where the office would send it."""

    method: str
    address: str = ""
    why: str = ""
    not_before: datetime | None = None  # when the mail server may be asked again

    def may_go(self, at: datetime) -> bool:
        """Say whether the letter may be e-mailed now."""
        return self.method == EMAIL and (self.not_before is None or self.not_before <= at)


@dataclass(frozen=True)
class Tried:
    """What was sent by e-mail so far: how it went with each letter, and with each address."""

    attempts: Sequence[Delivery] = ()

    @classmethod
    def read(cls, connection: Connection) -> "Tried":
        """Read what the log says."""
        return cls([one for one in deliveries(connection) if one.method == EMAIL])

    def of_letter(self, serial: str) -> Sequence[Delivery]:
        """Return the steps of one letter, oldest first."""
        return self._of_letters.get(serial, ())

    def last_to(self, address: str) -> Delivery | None:
        """Return how it went last with an address; ``None`` when nobody knows yet."""
        return self._last_to.get(address.casefold())

    @cached_property
    def _of_letters(self) -> Mapping[str, Sequence[Delivery]]:
        found: dict[str, list[Delivery]] = defaultdict(list)
        for one in self.attempts:
            found[one.serial].append(one)
        return found

    @cached_property
    def _last_to(self) -> Mapping[str, Delivery]:
        settled = (one for one in self.attempts if one.state == SENT or _is_about_address(one))
        return {one.address.casefold(): one for one in settled}


@dataclass(frozen=True)
class Ways:
    """All that decides on the way of letters, read at one moment."""

    office: Office
    guardians: Mapping[str, Sequence[Guardian]] = field(default_factory=dict)
    tried: Tried = Tried()
    can_make_pdf: bool = True

    @classmethod
    def read(cls, office: Office, standing: Standing, connection: Connection) -> "Ways":
        """Take the newest roster, what was sent so far, and whether PDF can be made here."""
        tried = Tried.read(connection)
        return cls(office, standing.guardians, tried, converter() is not None)

    def of(self, letter: Letter, *, named: bool = False) -> Way:
        """Return the way of a letter.

        ``named``: a clerk asks for this letter to be e-mailed, whatever became of it before.
        """
        guardian = who_gets(letter, self.guardians)
        way = way_of(self.office, letter, guardian, Tried() if named else self.tried)
        if way.method != EMAIL:
            return way
        homes = self._homes_of.get(way.address.casefold(), 1)
        if homes > MOST_HOMES:
            why = f"{way.address} stands for people at {homes} homes in the contacts"
            return Way(POST, way.address, why)
        if not self.can_make_pdf:
            return Way(POST, way.address, "PDF needs LibreOffice, which is not on this computer")
        return way

    def by_post(self, letters: Iterable[Letter]) -> list[Letter]:
        """Return the letters that are to be printed for the post."""
        return [one for one in letters if self.of(one).method == POST]

    @cached_property
    def _homes_of(self) -> Mapping[str, int]:
        everybody = (one for roster in self.guardians.values() for one in roster)
        return homes_of((one.email.strip().casefold(), one) for one in everybody if one.email)


def homes_of(known: Iterable[tuple[str, Guardian]]) -> Mapping[str, int]:
    """Return for how many homes an address or a telephone stands.

    One person whose home is written in two ways has one, and so have two people at one home.
    """
    homes: dict[str, set[str]] = defaultdict(set)
    people: dict[str, set[str]] = defaultdict(set)
    for address, one in known:
        homes[address].add(" ".join(f"{one.street} {one.postcode}".casefold().split()))
        people[address].add(" ".join(one.name.casefold().split()))
    return {address: min(len(homes[address]), len(people[address])) for address in homes}


def unclear(connection: Connection) -> list[tuple[Letter, Delivery]]:
    """Return the letters of which nobody knows whether their e-mail went, with the last step.

    A letter a clerk has printed or noted as mailed since is none of them.
    """
    tried = Tried.read(connection)
    last = {one.serial: one for one in tried.attempts}
    open_ones = [one.serial for one in last.values() if one.state in (SENDING, UNKNOWN)]
    found = letters(connection, serials=open_ones) if open_ones else []
    printed = (one for one in found if one.state is State.PRINTED)
    return [(one, last[one.serial]) for one in printed if by_email(connection, one)]


def by_email(connection: Connection, letter: Letter) -> bool:
    """Say whether a letter is out by e-mail: the newest step of its life was one of e-mail."""
    return (
        letter.state in (State.PRINTED, State.MAILED)
        and events(connection, letter.serial)[-1].method == EMAIL
    )


def who_gets(letter: Letter, guardians: Mapping[str, Sequence[Guardian]]) -> Guardian | None:
    """Return the guardian of today that a letter is to, who may have letters; else ``None``."""
    allowed = may_get(letter, guardians)
    return next((one for one in allowed if one.email), allowed[0] if allowed else None)


def may_get(letter: Letter, guardians: Mapping[str, Sequence[Guardian]]) -> list[Guardian]:
    """Return the roster's lines of the person a letter is to; none if they may not have letters.

    A court order on any of the lines keeps everything away.
    """
    name = letter.guardian["name"]
    of_name = [one for one in guardians.get(letter.student_id, ()) if one.name == name]
    if any(one.court_order for one in of_name):
        return []
    return [one for one in of_name if one.gets_letters]


def way_of(
    office: Office, letter: Letter, guardian: Guardian | None, tried: Tried | None = None
) -> Way:
    """Return the way of one letter to a guardian as the newest roster has them.

    ``tried`` is what was sent before; without it nothing was.
    """
    settings = office.settings.email
    if not settings.host or letter.trigger not in settings.letters:
        return Way(POST)
    if guardian is None:
        return Way(POST, why=f"{letter.guardian['name']} is not on the roster any more")
    address = guardian.email.strip()
    if not address:
        return Way(POST, why=f"{guardian.name} has no e-mail address on the roster")
    if not is_address(address):
        why = f"“{address}” is not an e-mail address as mail servers take it; correct it in the SIS"
        return Way(POST, why=why)
    return _after_failures(letter, address, tried or Tried())


def _after_failures(letter: Letter, address: str, tried: Tried) -> Way:
    steps = tried.of_letter(letter.serial)
    failed = next((one for one in steps if one.state in FAILED), None)
    if failed:
        return Way(POST, address, f"its e-mail to {failed.address} {_what_became(failed)}")
    last = tried.last_to(address)
    if last and last.state in FAILED:
        why = f"an e-mail to {address} {_what_became(last)}; correct the address in the SIS"
        return Way(POST, address, why)
    put_off = [one for one in steps if one.state == PUT_OFF]
    if len(put_off) > len(PAUSES):
        return Way(POST, address, f"the mail server put it off {len(put_off)} times")
    if not put_off:
        return Way(EMAIL, address)
    again = datetime.fromisoformat(put_off[-1].at) + PAUSES[len(put_off) - 1]
    return Way(EMAIL, address, not_before=again)


def _is_about_address(one: Delivery) -> bool:
    refused = one.state == REFUSED and _NO_SUCH_ADDRESS.match(one.reason)
    return one.state == BOUNCED or bool(refused)


def _what_became(failed: Delivery) -> str:
    day = date.fromisoformat(failed.at[:10])
    came_back = failed.state == BOUNCED
    return f"came back on {day}" if came_back else f"was refused on {day}"
