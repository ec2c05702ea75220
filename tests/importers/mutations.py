"""Files spoilt as disks, mail, Excel, programs and hands spoil them: bytes, lines, columns, cells.

Each mutation takes the bytes of a file and a source of chance, and returns other bytes.
"""

import csv
import io
import random
import zipfile
import zlib
from collections.abc import Callable, Mapping

NASTY = (
    "", " ", "N/A", "NULL", "nan", "T", "\\", "#", "/", "-", "0", "-1", "1.23E+12", "9" * 40,
    "31/02/2026", "13/13/2026", "2026-02-30", "45000", "=1+1", "'=1+1", "é", "\u202e", "\x07",
    "a\nb", 'a"b', "x" * 40_000, "00000", "٣", "1e999", "00:00", "AM", "1900-01-00", "#REF!",
)  # fmt: skip
Chance = random.Random
Mutation = Callable[[bytes, Chance], bytes]


def cut(content: bytes, chance: Chance) -> bytes:
    """Leave only the beginning, as a copy that was cut short."""
    return content[: chance.randrange(len(content) + 1)]


def without_beginning(content: bytes, chance: Chance) -> bytes:
    """Leave only the end."""
    return content[chance.randrange(len(content) + 1) :]


def flip(content: bytes, chance: Chance) -> bytes:
    """Change some single bits."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def double(content: bytes, chance: Chance) -> bytes:
    """Write a piece twice."""
    start = chance.randrange(len(content) + 1)
    end = chance.randint(start, len(content))
    return content[:end] + content[start:]


def put_in(content: bytes, chance: Chance) -> bytes:
    """Put bytes in that nobody expects."""
    place = chance.randrange(len(content) + 1)
    what = chance.choice([b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"\x1a", b"\r", b"<", b"&"])
    return content[:place] + what * chance.randint(1, 3) + content[place:]


def other_line_ends(content: bytes, chance: Chance) -> bytes:
    """End lines as another system does."""
    ends = chance.choice([b"\r", b"\r\n", b"\n", b"\n\r", b"\n\n"])
    return content.replace(b"\r\n", b"\n").replace(b"\n", ends)


def other_encoding(content: bytes, chance: Chance) -> bytes:
    """Write a text down in another way."""
    text = content.decode("utf-8", "replace")
    return text.encode(chance.choice(["utf-16", "utf-16-be", "cp1252", "utf-8-sig"]), "replace")


def shuffle_lines(content: bytes, chance: Chance) -> bytes:
    """Put the lines into another order."""
    lines = content.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def repeat_lines(content: bytes, chance: Chance) -> bytes:
    """Write some lines twice, and leave some out."""
    lines = content.splitlines(keepends=True)
    return b"".join(line * chance.choice([0, 1, 1, 1, 2]) for line in lines)


def shuffle_columns(content: bytes, chance: Chance) -> bytes:
    """Put the columns into another order, leave one out, or write one twice."""

    def change(rows: list[list[str]]) -> list[list[str]]:
        width = max(map(len, rows), default=0)
        places = list(range(width))
        turn = chance.choice(["shuffle", "leave out", "double"])
        if turn == "shuffle":
            chance.shuffle(places)
        elif turn == "leave out" and places:
            places.pop(chance.randrange(width))
        elif places:
            places.insert(chance.randrange(width), chance.randrange(width))
        return [[row[place] if place < len(row) else "" for place in places] for row in rows]

    return _rows_changed(content, change)


def spoil_cells(content: bytes, chance: Chance) -> bytes:
    """Write something else into some cells."""

    def change(rows: list[list[str]]) -> list[list[str]]:
        share = chance.choice([0.02, 0.2, 0.7])
        return [
            [chance.choice(NASTY) if chance.random() < share else cell for cell in row]
            for row in rows
        ]

    return _rows_changed(content, change)


def _rows_changed(content: bytes, change: Callable[[list[list[str]]], list[list[str]]]) -> bytes:
    text = content.decode("utf-8", "replace").lstrip("\ufeff")
    marks = {mark: text.count(mark) for mark in (",", "\t", ";", "^", "|")}
    mark = max(marks, key=lambda one: marks[one])
    rows = [line.split(mark) for line in text.splitlines()]
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=mark).writerows(change(rows))
    return stream.getvalue().encode("utf-8", "replace")


def spoil_part(content: bytes, chance: Chance) -> bytes:
    """Spoil one part of a workbook, and pack it again: the archive itself is whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError):
        return flip(content, chance)
    if not parts:
        return content
    name = chance.choice(sorted(parts))
    spoil = chance.choice([cut, flip, double, put_in, _emptied, _gone, _with_entities])
    parts[name] = spoil(parts[name], chance)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for part, inside in parts.items():
            if inside != b"\x00gone":
                made.writestr(part, inside)
    return stream.getvalue()


def _emptied(content: bytes, chance: Chance) -> bytes:
    return b""


def _gone(content: bytes, chance: Chance) -> bytes:
    return b"\x00gone"


def _with_entities(content: bytes, chance: Chance) -> bytes:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return laughs + content.replace(b"<v>", b"<v>&b;", 1)


MUTATIONS: Mapping[str, Mutation] = {
    one.__name__: one
    for one in (
        cut, without_beginning, flip, double, put_in, other_line_ends, other_encoding,
        shuffle_lines, repeat_lines, shuffle_columns, spoil_cells, spoil_part,
    )
}  # fmt: skip
