"""How fast letters are merged: `python bench/letters.py [letters]`.

Prints, from one run on one machine and of the same template, how a joined batch and single files
compare with the plain docxtpl loop (load, render, save each letter), how the joined file compares
with docx-mailmerge2's merged file (without the table of dates, which that cannot repeat), and how
memory grows from 2,000 to 20,000 letters.
"""

import io
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from docxtpl import DocxTemplate
from mailmerge import MailMerge

from rollbook.documents import LISTS, Template, join_to, missing_values
from rollbook.letters.fields import FIELDS
from rollbook.package import Package

TEMPLATE = Path(__file__).parent.parent / "letter_templates" / "tx-tru3.en.docx"
FEW = 50  # letters of a peer that are measured, and scaled up
ROUNDS = 3
_ROW = re.compile(r"<w:tbl>(?:(?!<w:tbl>).)*?\{%tr for row in absences %\}.*?</w:tbl>", re.DOTALL)
_TAG = re.compile(r"\{\{ (\w+) \}\}")


def letter(number: int) -> dict[str, object]:
    values: dict[str, object] = {name: [] if name in LISTS else name for name in FIELDS}
    for name in ("student_name", "student_first_name", "guardian_name", "reference"):
        values[name] = f"{name} {number}"
    values["serial"] = values["barcode"] = f"L-2026-{number:05d}"
    values["address_lines"] = [f"{number} Willow Bend", "Cedar Falls, TX 78999"]
    values["absences"] = [
        {"date": f"September {day}, 2026", "part": "all day", "meaning": "unexcused absence",
         "minutes": "", "counted": "1"}
        for day in range(1, 11)
    ]  # fmt: skip
    return values


def letters(count: int) -> Iterator[dict[str, object]]:
    return (letter(number) for number in range(count))


def best(work: Callable[[], object]) -> float:
    """Return the seconds of the quickest of some rounds."""
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def docxtpl_loop(folder: Path, batch: list[dict[str, object]]) -> None:
    for number, values in enumerate(batch):
        plain = DocxTemplate(TEMPLATE)
        plain.render(values, autoescape=True)
        plain.save(folder / f"{number}.docx")


def without_table() -> bytes:
    """Return our template without the table of dates, for the peer that cannot fill it."""
    package = Package.read(TEMPLATE)
    body = _ROW.sub("", package["word/document.xml"].decode("utf-8"))
    package.put("word/document.xml", body.encode("utf-8"))
    return package.to_bytes()


def with_merge_fields(source: bytes) -> bytes:
    """Return the same letter with Word's merge fields in place of our tags."""
    package = Package.read(Path("merge.docx"), source)
    for name in package.names:
        text = package[name].decode("utf-8") if name.endswith(".xml") else ""
        if "{{" not in text and "{%" not in text:
            continue
        text = re.sub(r"<w:p>(?:(?!<w:p>).)*?\{%p? .*?</w:p>", "", text, flags=re.DOTALL)
        text = re.sub(r"\{%.*?%\}", "", text)
        text = re.sub(
            r"<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t[^>]*>([^<]*\{\{[^<]*)</w:t></w:r>",
            lambda run: _TAG.sub(
                lambda tag: (
                    f'<w:fldSimple w:instr=" MERGEFIELD {tag[1]} ">'
                    f"<w:r>{run[1] or ''}<w:t>{tag[1]}</w:t></w:r></w:fldSimple>"
                ),
                f"<w:r>{run[1] or ''}</w:r>{run[2]}",
            ),
            text,
        )
        package.put(name, text.encode("utf-8"))
    return package.to_bytes()


def mailmerge(source: bytes, batch: list[dict[str, object]], to: Path) -> None:
    rows = [{name: text for name, text in one.items() if isinstance(text, str)} for one in batch]
    with MailMerge(io.BytesIO(source)) as merging:
        merging.merge_templates(rows, separator="nextPage_section")
        merging.write(str(to))


def peak_of(count: int) -> float:
    """Return the most memory, in MB, a process has that joins so many letters (on Linux)."""
    code = (
        "import sys, tempfile\n"
        "from pathlib import Path\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "import letters as bench\n"
        "from rollbook.documents import Template, join_to\n"
        "template = Template.compile(bench.TEMPLATE, bench.FIELDS)\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    batch = bench.letters(int(sys.argv[2]))\n"
        "    join_to(Path(folder) / 'j.docx', (template.render(one) for one in batch))\n"
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


def said(ratio: float, bar: float, least: bool = True) -> str:
    met = ratio >= bar if least else ratio <= bar
    return f"{ratio:8.2f} x   bar {bar:g} x{'' if met else '   MISSED'}"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    batch = list(letters(count))
    template = Template.compile(TEMPLATE, FIELDS)
    lines: list[tuple[str, float, str]] = []
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        naive = best(lambda: docxtpl_loop(folder, batch[:FEW])) / FEW
        joined = best(lambda: join_to(folder / "joined.docx", map(template.render, batch))) / count
        single = best(lambda: [template.render(one).to_bytes() for one in batch]) / count
        checked = best(lambda: [missing_values(template.render(one), one) for one in batch]) / count
        lines += [
            ("docxtpl load, render, save", naive, ""),
            ("joined file", joined, said(naive / joined, 60)),
            ("single files", single, said(naive / single, 15)),
            ("filled and read back", checked, ""),
        ]
        plain = without_table()
        bare = Template.compile(plain, FIELDS)
        ours = best(lambda: join_to(folder / "plain.docx", map(bare.render, batch))) / count
        merging, few = with_merge_fields(plain), batch[: FEW * 4]
        theirs = best(lambda: mailmerge(merging, few, folder / "merged.docx")) / len(few)
        lines += [
            ("docx-mailmerge2, no table", theirs, ""),
            ("joined, no table", ours, said(theirs / ours, 3)),
        ]
    print(f"{count} letters of {TEMPLATE.name}, ten dates each; milliseconds a letter, best of 3")
    for what, seconds, ratio in lines:
        print(f"  {what:28}{seconds * 1000:8.3f}  {ratio}")
    small, large = peak_of(2_000), peak_of(20_000)
    print(f"  {'peak memory, 2,000 letters':28}{small:8.1f} MB")
    print(f"  {'peak memory, 20,000':28}{large:8.1f} MB  {said(large / small, 1.5, least=False)}")


if __name__ == "__main__":
    main()
