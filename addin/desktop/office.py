"""The desk on a clerk's own PC: which office it is, and the other door's work as a command."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from addin.desk import Desk, Done, Filed, Tell, desk, open_desk
from rollbook.office import Office
from rollbook.problems import NotAllowed, OfficeError, counted

VARIABLE = "ROLLBOOK_OFFICE"
_COMMAND = "import sys; from rollbook.cli import main; sys.argv[0] = 'rollbook'; main()"
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows: no black box over the sheet


def desk_here() -> Desk:
    """Return the desk of this Excel, opened when it is first asked for.

    Raises ``NotAllowed`` when nobody has said where the office folder is.
    """
    try:
        return desk()
    except NotAllowed:
        pass
    folder = os.environ.get(VARIABLE, "").strip()
    if not folder:
        raise NotAllowed(
            f"Rollbook does not know where the office folder is. Set {VARIABLE} to it (see "
            "addin/desktop/README.md), and start Excel again."
        )
    return open_desk(Path(folder), CommandHands())


class CommandHands:
    """Has the other door's work done by the command ``rollbook``, in a process of its own."""

    def round(self, office: Office, tell: Tell, accept: Sequence[str] = ()) -> Done:
        """Post what lies in the drop folder and do the follow-ups."""
        tell("Posting what was dropped", 0, 0)
        named = [word for name in accept for word in ("--accept", name)]
        return _done(_run(office, "once", *named))

    def keep_up(self, office: Office) -> Done:
        """Bring the logs in the adopted workbooks up to date after a letter took a step."""
        if not office.settings.workbook:
            return Done()
        try:
            receipts = _run(office, "workbook", "update")["receipts"]
        except (
            OfficeError
        ) as error:  # the workbook the button was pressed in is open: Refresh does it
            return Done(problems=[str(error)])
        names = [Path(one["file"]).name for one in receipts if one["cells"] or one["rows_added"]]
        return Done([f"{name} was brought up to date." for name in names])


def _run(office: Office, *words: str) -> Mapping[str, Any]:
    """Run a command of Rollbook in this office and return what it printed as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, *words, "--json", "--office", str(office.folders.root)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
        creationflags=_NO_WINDOW,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise OfficeError(" ".join(done.stderr.split()) or "Rollbook could not be started.")
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def _done(found: Mapping[str, Any]) -> Done:
    files = [_filed(one) for one in found["files"]]
    says = [f"{one.name}: {one.says}" for one in files if one.posted]
    if found["letters"]:
        says.append(f"{counted(len(found['letters']), 'letter')} prepared.")
    problems = [f"{one.name}: {one.says}" for one in files if not one.posted]
    return Done(says, [*problems, *found["waiting"], *found["failures"]], files)


def _filed(one: Mapping[str, Any]) -> Filed:
    if one["posting"] is None:
        why = one["problems"][0]["message"] if one["problems"] else "It was refused."
        return Filed(one["file"], False, why)
    new = counted(one["new"], "new mark")
    says = f"{new}, {one['amended']:,} amended, {one['held']:,} held."
    return Filed(one["file"], True, says, one["posting"])
