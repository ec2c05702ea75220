"""Telling whose list it is when a system's headers are not published: by the system's name.

Where no header is known to be a system's own, its name must stand in the file itself: in a title
above the headers, in a header, or on the sheet's tab. The name of the file is not enough.
"""

from collections.abc import Callable, Sequence

from rollbook.importers.reading.headers import Table, key


def named(*names: str) -> Callable[[Table], bool]:
    """Return a test whether one of ``names`` stands above the headers, in one, or on the tab."""
    wanted = [name.casefold() for name in names]

    def is_named(table: Table) -> bool:
        above = table.upload.head[table.sheet][: table.header_row + 1]
        return any(_says(cell, wanted) for row in (*above, (table.sheet,)) for cell in row)

    return is_named


def _says(cell: str, names: Sequence[str]) -> bool:
    """Say whether a name stands in a cell as whole words."""
    words = f" {' '.join(key(word) for word in cell.split())} "
    return any(f" {name} " in words for name in names)
