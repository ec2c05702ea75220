"""What becomes of a document after its release: picked up, made anew, void. All steps are kept."""

from collections.abc import Mapping
from datetime import datetime

from rollbook.ledger import Connection, releases
from rollbook.ledger.releases import HANDED_OVER, ISSUED, REISSUED, VOID, Released, ReleaseEvent
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.standing import Standing
from rollbook.verification.issue import Answer, Asked, issue
from rollbook.verification.never import problems_in_words


def hand_over(office: Office, serial: str, to: str, at: datetime) -> Released:
    """Note to whom a document was given.

    Raises ``NotAllowed`` when nobody is named, or the document is void, replaced or expired.
    """
    if not to.strip():
        raise NotAllowed("Say who took it, with --to; it stays in the release log.")
    with office.ledger.write() as connection:
        found = _named(connection, serial)
        _refuse_unless_good(found, at)
        return _enter(office, connection, found, HANDED_OVER, to.strip(), at)


def make_void(office: Office, serial: str, reason: str, at: datetime) -> Released:
    """Note that a document must not be used; it stays in the log with the reason."""
    if not reason.strip():
        raise NotAllowed("Say why, with --reason; it stays in the log. Nothing was changed.")
    with office.ledger.write() as connection:
        found = _named(connection, serial)
        if found.last in (VOID, REISSUED):
            raise NotAllowed(f"{serial} is {found.last} already. Nothing was changed.")
        return _enter(office, connection, found, VOID, reason.strip(), at)


def reissue(
    office: Office,
    standing: Standing,
    serial: str,
    at: datetime,
    said: Mapping[str, str] | None = None,
    consent: str = "",
) -> Answer:
    """Issue a document anew: decided by what is known today, for the same person and purpose.

    The old one is then replaced by the new and no longer good. Asked twice, it is answered once.
    Raises ``NotAllowed`` when the old one was replaced or made void before.
    """
    with office.ledger.read() as connection:
        old = _named(connection, serial)
    if old.last in (VOID, REISSUED):
        raise NotAllowed(f"{serial} is {old.last} already. Ask for a new document: rollbook verify")
    asked = Asked(
        old.document.kind,
        old.document.student_id,
        old.document.purpose,
        old.document.requested_by,
        old.document.released_to,
        consent or old.document.consent,
        said=dict(said or {}),
        key=f"reissue of {serial}",
    )
    answer = issue(office, standing, asked, at)
    if answer.issued:
        with office.ledger.write() as connection:
            now = _named(connection, serial)
            if now.last != REISSUED:
                _enter(office, connection, now, REISSUED, f"as {answer.serial}", at)
    return answer


def _named(connection: Connection, serial: str) -> Released:
    found = releases.verifications(connection, serial=serial)
    if not found:
        raise NotAllowed(
            f"There is no document {serial}. See the serials with: rollbook documents list"
        )
    return Released(found[0], releases.release_events(connection, serial))


def _refuse_unless_good(found: Released, at: datetime) -> None:
    serial, expires = found.document.serial, found.document.expires
    if found.last not in (ISSUED, HANDED_OVER):
        raise NotAllowed(
            f"{serial} is {found.last}: do not give it to anybody. Nothing was changed."
        )
    if expires and expires < at.date():
        raise NotAllowed(
            f"{serial} was good until {expires}: do not give it to anybody. Make it anew with: "
            f"rollbook documents reissue {serial}"
        )


def _enter(
    office: Office, connection: Connection, found: Released, step: str, note: str, at: datetime
) -> Released:
    told = (note,) if step == VOID else ()
    for problem in problems_in_words((note,), told):
        raise NotAllowed(problem.message)
    stamp, clerk = at.isoformat(timespec="seconds"), office.settings.clerk
    event = ReleaseEvent(found.document.serial, step, note, stamp, clerk)
    releases.save_release_event(connection, event)
    return Released(found.document, [*found.steps, event])
