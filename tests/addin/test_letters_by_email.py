"""The page of letters in an office that sends some by e-mail."""

from dataclasses import replace
from pathlib import Path

import pytest

from addin.desk import close_desk
from rollbook.documents import converter
from rollbook.ledger.deliveries import Delivery, save_deliveries
from rollbook.ledger.letters import Event, State, save_events
from rollbook.letters import step
from tests.addin.servers import app_here, browser
from tests.letters.families import ANA, LUIS, ROSA, SEPTEMBER, absences, draft, enrol, school
from tests.offices import NOW

AT = NOW.isoformat()
EMAIL = {"host": "localhost", "security": "none", "sender": "a@school.example",
         "letters": ["tx-tru3"]}  # fmt: skip


@pytest.mark.skipif(converter() is None, reason="letters are sent as PDF")
def test_what_goes_by_e_mail_is_not_among_what_is_printed_or_noted_as_mailed(
    tmp_path: Path,
) -> None:
    office = school(tmp_path, email=EMAIL)
    olga = replace(ROSA, name="Olga García", order=3, email="olga@family.example")
    enrol(office, ANA, [replace(ROSA, email="rosa@family.example"), LUIS, olga])
    absences(office, SEPTEMBER)
    rosa, _, doubtful = step(office, [one.serial for one in draft(office)], State.APPROVED, NOW)
    with office.ledger.write() as connection:
        printed = Event(doubtful.serial, State.PRINTED, AT, "", method="e-mail")
        save_events(connection, [printed])
        tried = Delivery(doubtful.serial, "e-mail", olga.email, "sending", "", "<m>", AT)
        save_deliveries(connection, [tried])
    office.ledger.close()
    try:
        page = browser(app_here(office.folders.root)).get("/letters").text
    finally:
        close_desk()
    assert "1 approved letter goes by e-mail" in page
    assert "Print 1 approved letter" in page
    assert "as mailed</button>" not in page.split('class="tools"')[0]
    assert f"Nobody knows whether {doubtful.serial} went by e-mail." in page
    asked = page.split('action="/letters/print"')[1].split("</form>")[0]
    assert rosa.serial not in asked
