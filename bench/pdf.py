"""How fast letters become single PDFs: `python bench/pdf.py [letters] [letters of the peer]`.

Both times, and the processor's seconds, which do not change when the machine has more to do.
The peer is LibreOffice as one calls it by hand: a call for each 50 letter files, of the same
template and values. It is measured on fewer letters and scaled up; the bar is 1/6 of its time.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from letters import TEMPLATE, letter

from rollbook.documents import Rendered, Template, converter
from rollbook.documents.pdf import letters_to_pdf
from rollbook.letters import FIELDS

A_CALL = 50
BAR = 6


def filled(template: Template, count: int) -> Iterator[tuple[str, Rendered]]:
    """Make letters of two pages, one after another."""
    for number in range(count):
        serial = f"2026-{number:06d}"
        values = {field: field for field in template.fields} | letter(number) | {"serial": serial}
        yield serial, template.render(values)


def by_hand(letters: list[tuple[str, Rendered]], folder: Path) -> float:
    """Convert letter files 50 a call; return the seconds, without those to write the files."""
    files = [folder / f"{serial}.docx" for serial, _ in letters]
    for path, (_, rendered) in zip(files, letters, strict=True):
        path.write_bytes(rendered.to_bytes())
    profile = (folder / "profile").as_uri()
    start = time.perf_counter()
    for first in range(0, len(files), A_CALL):
        some = [str(path) for path in files[first : first + A_CALL]]
        command = [str(converter()), f"-env:UserInstallation={profile}", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", str(folder), *some]
        subprocess.run(command, check=True, capture_output=True)
    seconds = time.perf_counter() - start
    assert len(list(folder.glob("*.pdf"))) == len(files)
    return seconds


def processor() -> float:
    """Return the processor's seconds of this program and those it has started."""
    return sum(os.times()[:4])


def main() -> None:
    """Run both sides and print the ratio."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    few = min(count, int(sys.argv[2]) if len(sys.argv) > 2 else 100)
    template = Template.compile(TEMPLATE, FIELDS)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        before = processor()
        peer = by_hand(list(filled(template, few)), folder) / few * count
        peer_busy = (processor() - before) / few * count
        before, start = processor(), time.perf_counter()
        made = list(letters_to_pdf(filled(template, count), folder / "singles"))
        ours, busy = time.perf_counter() - start, processor() - before
    assert all(one.path for one in made)
    print(f"{count} letters, {sum(one.pages for one in made)} pages, {os.cpu_count()} processors")
    print(f"  50 files a call   {peer:7.1f} s, processor {peer_busy:.1f} s  (measured on {few})")
    print(f"  letters_to_pdf    {ours:7.1f} s, processor {busy:.1f} s")
    print(f"  1/{peer / ours:.1f} of the time (bar 1/{BAR}), 1/{peer_busy / busy:.1f} of the work")


if __name__ == "__main__":
    main()
