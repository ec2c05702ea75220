"""The first page of a Word file as a picture, by LibreOffice: to look at, not to send."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from rollbook.documents.conversion import converter
from rollbook.problems import ConverterMissing

_PNG = "png:writer_png_Export"


def to_picture(path: Path, folder: Path, *, timeout: float = 120) -> Path | None:
    """Draw page 1 of a Word file as a PNG of the same name in ``folder``.

    None when this LibreOffice cannot draw: some are installed without that part. Raises
    ``ConverterMissing`` when there is no LibreOffice.
    """
    program = converter()
    if program is None:
        raise ConverterMissing(
            "A picture needs LibreOffice, which is not on this computer. Look at the Word file."
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rollbook-png-", ignore_cleanup_errors=True) as own:
        command = [
            str(program),
            f"-env:UserInstallation={Path(own).as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--convert-to",
            _PNG,
            "--outdir",
            str(folder),
            str(path),
        ]
        _wait(command, timeout)
    made = folder / f"{path.stem}.png"
    return made if made.is_file() else None


def _wait(command: list[str], timeout: float) -> None:
    """Run LibreOffice and end it, with the process it starts, when it does not come back."""
    quiet = subprocess.DEVNULL
    posix = sys.platform != "win32"
    process = subprocess.Popen(
        command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=posix
    )
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        if sys.platform == "win32":
            ending = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(ending, capture_output=True, check=False)
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
