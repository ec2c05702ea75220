"""Sending that is ended at the worst instants: nobody gets a letter twice, none is lost."""

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rollbook.ledger import chain
from rollbook.ledger.deliveries import deliveries
from rollbook.ledger.letters import State
from rollbook.letters.mail_files import UNFINISHED
from rollbook.office import Office, open_office
from tests.letters.families import ROSA, log
from tests.letters.mail import Post, mail_server
from tests.letters.test_sending import in_doubt, office_with, send

RUN = """
import sys
from pathlib import Path
from rollbook.office import open_office
from tests.letters.test_sending import send
send(open_office(Path(sys.argv[1])))
"""

FAMILY = [
    replace(ROSA, name=name, order=order, email=f"{name.lower()}@family.example")
    for order, name in enumerate(("Rosa", "Luis", "Marta", "Olga"), 1)
]


@dataclass
class Killer(Post):
    """A mail server that ends the program at one step of the conversation."""

    at: str = ""  # “RCPT” or “DATA”
    of: str = ""  # whose message
    pid: int = 0

    async def handle_RCPT(self, *about: Any) -> str:
        self._kill("RCPT", about[3])
        return await super().handle_RCPT(*about)

    async def handle_DATA(self, *about: Any) -> str:
        answer = await super().handle_DATA(*about)
        self._kill("DATA", self.recipients[-1][0])
        return answer

    def _kill(self, step: str, address: str) -> None:
        if self.pid and (step, address) == (self.at, self.of):
            os.kill(self.pid, signal.SIGKILL)


def run(office: Office, server: Killer, at: str, of: str) -> int:
    server.at, server.of = at, of
    command = [sys.executable, "-c", RUN, str(office.folders.root)]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    server.pid = process.pid
    return process.wait(timeout=120)


def delivered(server: Killer) -> Counter[str]:
    return Counter(address for one in server.recipients for address in one)


def test_a_run_ended_between_try_and_outcome_sends_nothing_twice(tmp_path: Path) -> None:
    server = Killer()
    with mail_server(server) as port:
        office = office_with(tmp_path, FAMILY, port, per_minute=6000)
        office.ledger.close()
        steps = [("RCPT", FAMILY[0]), ("DATA", FAMILY[1]), ("RCPT", FAMILY[2])]
        for at, guardian in steps:
            assert run(office, server, at, guardian.email) == -signal.SIGKILL
        assert run(office, server, "", "") == 0
        office = open_office(office.folders.root)
        first, second, third, last = log(office)
        assert delivered(server) == {FAMILY[1].email: 1, FAMILY[3].email: 1}
        assert in_doubt(office) == [first.serial, second.serial, third.serial]
        assert [one.state for one in log(office)] == [*[State.PRINTED] * 3, State.MAILED]
        assert send(office).outcomes == []
        assert send(office, first.serial, third.serial).serials("sent")
    assert delivered(server) == dict.fromkeys((one.email for one in FAMILY), 1)
    with office.ledger.read() as connection:
        assert chain.examine(connection).whole
        tried = deliveries(connection, [last.serial])
    assert [one.state for one in tried] == ["sending", "sent"]
    root = office.folders.root
    assert all((root / one.file).is_file() for one in log(office))
    assert not list(office.folders.letters.glob(f"*/{UNFINISHED}"))
