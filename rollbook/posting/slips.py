"""The slip beside a refused file: why it was not posted, and what to do, in plain words.

It is a text that Notepad shows right. Its last line names the reason, so that a file can be found
again by it when the reason has gone.
"""

from collections.abc import Sequence
from pathlib import Path

from rollbook.importers.encodings import ASKED_ENCODING
from rollbook.importers.reading.dates import ASKED_ORDER
from rollbook.package import write_whole
from rollbook.posting.drift import DRIFTED
from rollbook.posting.refusing import NOBODY_KNOWN
from rollbook.posting.settled import UNKNOWN_CAMPUS

SLIP = ".why.txt"
"""How the name of a slip ends, after the name of the file."""

ASKED = {"day_first": ASKED_ORDER, "encoding": ASKED_ENCODING, "campus": UNKNOWN_CAMPUS}
"""The reason for which a file waits until a question is answered, by what is asked."""

_REASON = "Reason: "

_MENDED = "When it is put right, drop the file again."
_ANSWERED = "When that is answered, the file is read again by itself; leave it where it is."
_THEN = dict.fromkeys(ASKED.values(), _ANSWERED) | {DRIFTED: "", NOBODY_KNOWN: ""}
"""What is done after what the slip says, by the reason; those left out say ``_MENDED``."""


def slip_of(file: Path) -> Path:
    """Return where the slip of a refused file is."""
    return file.with_name(file.name + SLIP)


def write_slip(file: Path, when: str, sentences: Sequence[str], reason: str = "") -> None:
    """Write the slip of a refused file: when, why, what to do, and the reason's slug."""
    first = f"{file.name} was not posted ({when}). The ledger did not change."
    then = _THEN.get(reason, _MENDED)
    last = ["", _REASON + reason] if reason else []
    write_text(slip_of(file), [first, "", *sentences, *(["", then] if then else []), *last])


def write_text(path: Path, lines: Sequence[str]) -> None:
    """Write lines as Notepad shows them right: UTF-8 with its mark, Windows line ends."""
    write_whole(path, "\r\n".join([*lines, ""]).encode("utf-8-sig"))


def why_refused(file: Path) -> list[str]:
    """Return the sentences of the slip beside a refused file: why, and what to do.

    Raises ``OSError`` when there is no slip, or it cannot be read now.
    """
    told = [line.strip() for line in _lines(slip_of(file))[1:]]
    closing = {"", _MENDED, _ANSWERED}
    return [line for line in told if line not in closing and not line.startswith(_REASON)]


def refused_because(refused: Path, *slugs: str) -> list[Path]:
    """Return the refused files whose slip names one of these reasons, in their order."""
    files = (slip.with_name(slip.name.removesuffix(SLIP)) for slip in refused.glob(f"*{SLIP}"))
    reasons = {file: _reason_of(file) for file in sorted(files) if file.is_file()}
    found = [file for file, reason in reasons.items() if reason in slugs]
    return sorted(found, key=lambda file: slugs.index(reasons[file]))


def unlike_files(refused: Path) -> list[Path]:
    """Return the files that wait for a yes, since they are unlike the last of their kind."""
    return refused_because(refused, DRIFTED)


def _reason_of(file: Path) -> str:
    lines = [line for line in _lines(slip_of(file)) if line]
    last = lines[-1] if lines else ""
    return last.removeprefix(_REASON).strip() if last.startswith(_REASON) else ""


def _lines(slip: Path) -> list[str]:
    return slip.read_text(encoding="utf-8-sig", errors="replace").splitlines()
