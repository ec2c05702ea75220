"""An importer that is data: what an office wrote down of a format nobody else knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.headers import Words
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.reading.marks import Column, Sheet
from rollbook.importers.upload import Upload

FIELDS = ("student_id", "date", "code", "part", "minutes_late", "comment", "campus",
          "family_name", "given_name", "name")  # fmt: skip
"""What a column of a list of marks can be."""
NEEDED = ("student_id", "date", "code")


@dataclass(frozen=True)
class WrittenImporter:
    """A list of marks with headers of its own.

    ``columns`` has the header of each field. With ``events`` who is not in the list was there.
    ``codes`` says what the export's codes are in the office's; ``day_first``, ``encoding`` and
    ``campus`` go before the office's, where they are said.
    """

    NAME: str
    TITLE: str
    columns: Mapping[str, str]
    events: bool
    day_first: bool | None = None
    encoding: str = ""
    campus: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)

    @property
    def HEADERS(self) -> Sequence[str]:
        """The headers this importer needs, all that were written down."""
        return tuple(self.columns.values())

    @property
    def WORDS(self) -> Words:
        """The one header of each field."""
        return {name: (header,) for name, header in self.columns.items()}

    @property
    def ASKS_ORDER(self) -> bool:
        """Whether dates that do not tell are asked about: nothing was written down of them."""
        return self.day_first is None

    @cached_property
    def _shape(self) -> ListShape:
        return ListShape(
            self.NAME,
            self.WORDS,
            needed=tuple(self.columns),
            events=self.events,
            symbols=self._symbols,
        )

    def _symbols(self, sheet: Sheet) -> Column:
        return sheet.column("code").changed(lambda code: self.codes.get(code, code))

    def identify(self, upload: Upload) -> bool:
        """Say whether a sheet has every column that was written down."""
        return bool(lists_in(upload, self._shape))

    def extract(self, upload: Upload, profile: Profile) -> Extract:
        """Read every row as one mark; rows that cannot be read are held."""
        if self.encoding:
            upload = Upload(upload.path, self.encoding)
        day_first = profile.day_first if self.day_first is None else self.day_first
        settled = replace(
            profile,
            day_first=day_first,
            campus=self.campus or profile.campus,
            absences_only=False,  # the shape says it
        )
        return read_lists(upload, settled, self._shape)
