"""An importer that is data: what an office wrote down of a format nobody else knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.columns import Column, Sheet
from rollbook.importers.reading.figures import (
    COUNTED,
    SummaryShape,
    counted_columns,
    read_figures,
)
from rollbook.importers.reading.grids import GridShape, grids_in, read_grids
from rollbook.importers.reading.headers import (
    Table,
    Words,
    find_tables,
    key,
    part_of_day,
    with_rows,
)
from rollbook.importers.reading.list_rows import NO_MARK
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.reading.mark_strings import (
    UNRECORDED,
    StringShape,
    read_strings,
    strings_in,
)
from rollbook.importers.upload import Upload

NAMES = ("family_name", "given_name", "name")
FIELDS: Mapping[str, Sequence[str]] = {
    "list": ("student_id", "date", "code", "part", "minutes_late", "comment", "campus", *NAMES),
    "periods": ("student_id", "date", "comment", "campus", *NAMES),
    "grid": ("student_id", *NAMES),
    "strings": ("student_id", "date", "marks", *NAMES),
    "summary": ("student_id", *COUNTED, "form", "campus", "period", "first", "last", *NAMES),
}
"""The shapes an importer can be written for, and what the columns of each can be."""
NEEDED: Mapping[str, Sequence[str]] = {
    "list": ("student_id", "date", "code"),
    "periods": ("student_id", "date"),
    "grid": ("student_id",),
    "strings": ("student_id", "date", "marks"),
    "summary": ("student_id",),
}
NOTHING = "nothing"
"""What a code is set to that says that nothing was recorded."""
_MISSED_BY_NOBODY = ("comment", "form", "period", *NAMES)


@dataclass(frozen=True)
class WrittenImporter:
    """An export with headers of its own, in one of the shapes of ``FIELDS``.

    ``columns`` has the header of each field. With ``events`` who is not in a list was there; with
    ``blank_is_present`` so was whoever has a blank. ``parts`` says which part of the day a header
    or a word stands for (of a grid: the columns of the one day that stands in its title), and
    ``codes`` what the export's codes are in the office's. The marks of
    ``official_period`` are taken for the day; marks of which the file does not say it are of the
    ``session``. ``each`` is what a character of a string of marks
    stands for, ``unit`` what a summary counts. ``day_first``, ``encoding`` and ``campus`` go
    before the office's, where they are said.
    """

    NAME: str
    TITLE: str
    columns: Mapping[str, str]
    events: bool = False
    day_first: bool | None = None
    encoding: str = ""
    campus: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    shape: str = "list"
    blank_is_present: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    official_period: str = ""
    each: str = "session"
    unit: str = ""
    header_rows: int = 1
    session: str = "DAY"

    @property
    def HEADERS(self) -> Sequence[str]:
        """The headers this importer needs: all without which marks would be lost or misplaced."""
        needed = [head for name, head in self.columns.items() if name not in _MISSED_BY_NOBODY]
        return (*needed, *(self.parts if self.shape in ("periods", "grid") else ()))

    @property
    def WORDS(self) -> Words:
        """The one header of each field."""
        return {name: (header,) for name, header in self.columns.items()}

    @property
    def ASKS_ORDER(self) -> bool:
        """Whether dates that do not tell are asked about: nothing was written down of them."""
        return self.day_first is None

    def identify(self, upload: Upload) -> bool:
        """Say whether a sheet has every needed column that was written down."""
        return bool(self._found(upload))

    def extract(self, upload: Upload, profile: Profile) -> Extract:
        """Read every row as the shape says; rows that cannot be read are held."""
        if self.encoding:
            upload = Upload(upload.path, self.encoding)
        settled = replace(
            profile,
            day_first=profile.day_first if self.day_first is None else self.day_first,
            order_settled=self.day_first is not None or profile.order_settled,
            campus=self.campus or profile.campus,
            absences_only=False,  # the shape says it
        )
        return self._read(upload, settled)

    # The readers are those of the general importers; only words and meanings are handed over. -----

    def _found(self, upload: Upload) -> Sequence[object]:
        if self.shape == "grid":
            return grids_in(upload, self._grid)
        if self.shape == "strings":
            return strings_in(upload, self._strings)
        if self.shape == "summary":
            return self._summaries(upload)
        return lists_in(upload, self._list)

    def _read(self, upload: Upload, profile: Profile) -> Extract:
        if self.shape == "grid":
            return read_grids(upload, profile, self._grid)
        if self.shape == "strings":
            return read_strings(upload, profile, self._strings)
        if self.shape == "summary":
            return read_figures(with_rows(upload, self._summaries(upload)), profile, self._summary)
        return read_lists(upload, profile, self._list)

    @property
    def _needed(self) -> Sequence[str]:
        return [name for name in self.columns if name not in _MISSED_BY_NOBODY]

    @cached_property
    def _list(self) -> ListShape:
        return ListShape(
            self.NAME,
            self.WORDS,
            needed=self._needed,
            events=self.events,
            blank_is_present=self.blank_is_present,
            symbols=lambda sheet: sheet.column("code").changed(self.meaning),
            parts=self._parts,
            part_headers=self.parts if self.shape == "periods" else {},
            header_rows=self.header_rows,
        )

    @cached_property
    def _grid(self) -> GridShape:
        return GridShape(
            self.NAME,
            self.WORDS,
            symbols=lambda marks: marks.changed(self.meaning),
            blank_is_present=self.blank_is_present,
            part=self.session,
            day_parts=self.parts,
        )

    @cached_property
    def _strings(self) -> StringShape:
        return StringShape(
            self.NAME,
            self.WORDS,
            needed=self._needed,
            parts=("DAY",) if self.each == "day" else ("AM", "PM"),
            meaning=self._of_character,
            header_rows=self.header_rows,
        )

    @cached_property
    def _summary(self) -> SummaryShape:
        counted = {name: words for name, words in self.WORDS.items() if name in COUNTED}
        return SummaryShape(self.NAME, self.unit, self.WORDS, counted)

    def _summaries(self, upload: Upload) -> list[Table]:
        found = find_tables(upload, self.WORDS, self._needed, header_rows=self.header_rows)
        counted = set(self._summary.counted)
        return [one for one in found if counted <= set(counted_columns(one, self._summary.counted))]

    def meaning(self, code: str) -> str:
        """Return what a code or a blank is in the office's codes; ``NO_MARK`` where it is none."""
        if not code and not self.blank_is_present:
            return NO_MARK
        meant = self.codes.get(code, code)
        return NO_MARK if meant == NOTHING else meant

    def _of_character(self, mark: str) -> str:
        if mark in self.codes or mark not in UNRECORDED:
            return self.meaning(mark)
        return self.meaning("") if mark.isspace() and self.blank_is_present else NO_MARK

    def _parts(self, sheet: Sheet) -> Column:
        if "part" not in sheet.table:
            return Column.constant(self.session, len(sheet))
        named = {key(word): part for word, part in self.parts.items()}
        column = sheet.column("part")
        return column.changed(lambda word: self._part(named.get(key(word)) or part_of_day(word)))

    def _part(self, part: str) -> str:
        return "DAY" if part and part == self.official_period else part
