"""What a round tells of letters."""

from pathlib import Path

import pytest

from rollbook.cli.rounds import tell
from rollbook.ledger.letters import State
from rollbook.letters import step
from tests.letters.families import SEPTEMBER, absences, draft, enrol, school
from tests.offices import NOW
from watcher.followups import Followed
from watcher.rounds import Round


def test_a_letter_held_since_it_was_prepared_is_counted_as_held(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    [letter] = draft(office)
    step(office, [letter.serial], State.HELD, NOW, "look again")
    tell(office, Round(followed=Followed(letters=[letter])))
    assert "1 letter prepared, 1 held" in capsys.readouterr().out
