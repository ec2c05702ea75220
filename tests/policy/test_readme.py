"""The README of the rule packs: its examples run, and its lists are true."""

import re
from dataclasses import fields
from datetime import date
from pathlib import Path

from rollbook.policy import KINDS, Terms, load_pack
from rollbook.reports.case_files import read_cases
from rollbook.reports.pack_cases import run_cases
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span

README = Path(__file__).parents[2] / "rollbook" / "policies" / "README.md"
FALL = Span("Fall", date(2026, 8, 12), date(2026, 12, 18))
CALENDAR = SchoolCalendar(
    (SchoolYear("2026-27", date(2026, 8, 12), date(2027, 5, 27), terms=(FALL,)),)
)


def test_the_readmes_pack_and_cases_are_right(tmp_path: Path) -> None:
    pack_text, case_text = re.findall(r"```toml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    (tmp_path / "bluestem.toml").write_text(pack_text, encoding="utf-8")
    (tmp_path / "our-cases.toml").write_text(case_text, encoding="utf-8")
    pack = load_pack("bluestem", tmp_path)
    for outcome in run_cases(read_cases(tmp_path / "our-cases.toml", pack, CALENDAR), pack):
        assert outcome.failures == []


def test_the_readme_names_every_kind_of_rule_and_all_its_words() -> None:
    rows = dict(
        re.findall(r"^\| `(\w+)` \|.*?\| (.*) \|$", README.read_text("utf-8"), re.MULTILINE)
    )
    assert set(rows) == set(KINDS)
    common = {one.name for one in fields(Terms)}
    for kind, terms in KINDS.items():
        own = {one.name for one in fields(terms)} - common
        assert own <= set(re.findall(r"`(\w+)`", rows[kind])), kind
