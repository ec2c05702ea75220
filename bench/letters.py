"""How fast letters are merged: `python bench/letters.py [letters]`.

Prints, from one run on one machine, how a joined batch compares with the plain docxtpl loop (load,
render, save each letter) on the same template, and how long the joined file takes a letter.
"""

import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

from docxtpl import DocxTemplate

from rollbook.documents import Template, join, missing_values

TEMPLATE = Path(__file__).parent.parent / "letter_templates" / "tx-tru3.en.docx"


def letter(number: int) -> dict[str, object]:
    fields = ALLOWED - {"absences", "address_lines"}
    values: dict[str, object] = {field: field for field in fields}
    for field in ("student_name", "student_first_name", "guardian_name", "serial"):
        values[field] = f"{field} {number}"
    values["address_lines"] = [f"{number} Willow Bend", "Cedar Falls, TX 78999"]
    values["absences"] = [
        {"date": f"Sep {day}", "part": "all day", "meaning": "unexcused absence", "minutes": ""}
        for day in range(1, 10)
    ]
    return values


ALLOWED = frozenset(
    """student_name student_first_name guardian_name address_lines letter_date reply_by period_from
    period_to unexcused_count dates_short rule_period absences school_name school_address
    school_phone school_email contact_name contact_phone contact_email contact_hours
    signatory_name signatory_title serial reference""".split()
)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    batch = [letter(number) for number in range(count)]

    start = time.perf_counter()
    template = Template.compile(TEMPLATE, ALLOWED)
    compiled = time.perf_counter() - start

    start = time.perf_counter()
    content = join(template.render(values) for values in batch)
    joined = time.perf_counter() - start + compiled

    start = time.perf_counter()
    singles = [template.render(values).to_bytes() for values in batch]
    single = time.perf_counter() - start + compiled

    start = time.perf_counter()
    held = [values for values in batch if missing_values(template.render(values), values)]
    checked = time.perf_counter() - start

    few = batch[: min(count, 50)]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        for number, values in enumerate(few):
            plain = DocxTemplate(TEMPLATE)
            plain.render(values, autoescape=True)
            plain.save(Path(folder) / f"{number}.docx")
        naive = (time.perf_counter() - start) / len(few) * count

    tracemalloc.start()
    join(template.render(values) for values in batch)
    peak = tracemalloc.get_traced_memory()[1]

    print(f"{count} letters of {TEMPLATE.name}; docxtpl loop measured on {len(few)}, scaled up")
    print(f"  compile the template     {compiled * 1000:8.1f} ms")
    print(f"  docxtpl, each letter     {naive:8.2f} s      1")
    print(f"  joined file              {joined:8.3f} s      1/{naive / joined:.0f}")
    print(f"  single files             {single:8.3f} s      1/{naive / single:.0f}")
    print(f"  values found again       {checked:8.3f} s      held {len(held)}")
    print(f"  joined file {len(content):,} bytes, singles {sum(map(len, singles)):,} bytes")
    print(f"  peak memory while joining {peak / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
