"""What may be released to whom without a signature: a table of rows, the first that applies.

The rows are data (``releases.toml``), each dated, with its grounds and how sure we are of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from rollbook.policy import Dated
from rollbook.policy.lines import Source
from rollbook.policy.statements import read_references
from rollbook.policy.table import Table, numbered
from rollbook.problems import PolicyError

ANYBODY, PARENT, STUDENT = "anybody", "parent", "student"
CONDITIONS = ("minor", "of-age", "tax-dependent", "court-order", "directory-only", "not-opted-out")
SIGNS = ("nobody", "parent", "holder")
LAWS = ("ferpa", "uk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Dated):
    """One row: to whom, when that applies, who has to sign, and why."""

    id: str
    law: str
    to: tuple[str, ...]
    when: frozenset[str]
    signs: str
    attendance: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Majority(Dated):
    """The age from which the right to the facts is the student's own."""

    law: str
    age: int


@dataclass(frozen=True, slots=True)
class ReleaseTable:
    """All rows in their order."""

    releases: Sequence[Release]
    majorities: Sequence[Majority]

    def row(self, law: str, to: str, so: Collection[str], day: date) -> Release:
        """Return the first row that applies to somebody, where the conditions ``so`` are met."""
        for one in self.releases:
            is_meant = to in one.to or ANYBODY in one.to
            if one.law == law and one.holds(day) and is_meant and one.when <= set(so):
                return one
        raise PolicyError(f"The table of releases has no row for “{to}” on {day}; add one.")

    def age_of_majority(self, law: str, day: date) -> int:
        """Return the age from which the student holds the right."""
        for one in self.majorities:
            if one.law == law and one.holds(day):
                return one.age
        raise PolicyError(f"The table of releases has no age of majority on {day}; add it.")

    def bodies(self, law: str) -> tuple[str, ...]:
        """Return the people and bodies that have a row of their own, beside the family."""
        named = [to for one in self.releases if one.law == law for to in one.to]
        return tuple(to for to in named if to not in (ANYBODY, PARENT, STUDENT))


def law_of(jurisdiction: str) -> str:
    """Return which law on privacy holds in a jurisdiction."""
    return "uk" if jurisdiction.startswith("gb") else "ferpa"


@cache
def release_table() -> ReleaseTable:
    """Return the table that Rollbook ships."""
    file = resources.files("rollbook.verification") / "releases.toml"
    return read_release_table(Source("Table of releases", file.read_text(encoding="utf-8")))


def read_release_table(source: Source) -> ReleaseTable:
    """Read a table strictly. Raises ``PolicyError`` with the line and what to mend."""
    top = Table(source, "", source.read())
    references = read_references(top, None)
    releases: list[Release] = []
    for entry in top.tables("releases", numbered("row", "id")):
        if any(one.id == entry.text("id") for one in releases):
            raise entry.wrong("a row of this id is there already; choose another", "id")
        releases.append(_release(entry, entry.dated(references)))
        entry.finish()
    majorities = []
    for entry in top.tables("majority", numbered("age of majority")):
        common: dict[str, Any] = entry.dated(references)
        majorities.append(Majority(**common, law=entry.word("law", LAWS), age=entry.count("age")))
        entry.finish()
    top.finish()
    return ReleaseTable(tuple(releases), tuple(majorities))


def _release(entry: Table, common: Mapping[str, Any]) -> Release:
    to = entry.words("to")
    if not to:
        raise entry.wrong("it says nobody it is about; add “to”")
    release = Release(
        **common,
        id=entry.text("id"),
        law=entry.word("law", LAWS),
        to=to,
        when=frozenset(entry.words("when", CONDITIONS)),
        signs=entry.word("signs", SIGNS),
        attendance=entry.optional("attendance", bool, False),
        because=entry.text("because"),
    )
    if release.attendance and release.signs != "nobody":
        raise entry.wrong(
            "it asks for a signature and gives attendance without one; take one of the two out",
            "attendance",
        )
    return release
