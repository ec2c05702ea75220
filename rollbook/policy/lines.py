"""Reading a TOML file so that every slip can be said with its line.

The standard reader keeps no positions. So when something has to be said, the text is gone through
once more, statement by statement, and the same reader says of each where it ends and what it is.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from rollbook.problems import PolicyError

Steps = tuple[str | int, ...]
"""The way to a table or key: ``("triggers", 0, "terms", 1, "threshold")``."""


_PLAIN = (  # what the reader says, in part and in this order, and what a person must mend
    ("Illegal character '\\n'", "a quotation mark is missing at the end of the text"),
    ("Unterminated string", "a text in quotation marks has no end"),
    ("Unclosed array", "a list in square brackets has no end"),
    ("Unclosed inline table", "a table in curly brackets has no end"),
    ("date or datetime", "there is no such day"),
    ("Unescaped '\\'", "write a backslash inside 'single' quotation marks"),
    ("Expected '=' after a key", "a line must be a word, an equals sign and a value"),
    ("end of a table declaration", "a heading in square brackets is not closed"),
    ("Expected newline", "something stands after the value; texts need quotation marks"),
    ("Cannot ", "something of this name is there already"),
    (" statement (", "a line must be a word, an equals sign and a value"),
    (" value (", 'after the equals sign comes a number, a date, or a text in straight "marks"'),
)


@dataclass(frozen=True)
class Source:
    """A TOML file by the name it goes by in sentences, and its text."""

    name: str
    text: str = field(default="", repr=False)

    def read(self) -> dict[str, Any]:
        """Return the content. Raises ``PolicyError`` with the line and what to mend."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise PolicyError(f"{self.name}{self._why_unreadable(str(error))}") from error

    def line(self, steps: Sequence[str | int]) -> int:
        """Return the line of a table or key, or of the table it is missing from; 0 if unknown."""
        for length in range(len(steps), 0, -1):
            if tuple(steps[:length]) in self._found.lines:
                return self._found.lines[tuple(steps[:length])]
        return 0

    @cached_property
    def _found(self) -> "_Found":
        return _go_through(self.text)

    def _why_unreadable(self, error: str) -> str:
        if self._found.twice:
            word, first, again = self._found.twice
            return f", line {again}: “{word}” is there twice, first on line {first}; take one out."
        at = re.search(r"at line (\d+)", error)
        line = self._found.unended or (int(at[1]) if at else self.text.count("\n") + 1)
        twice = re.search("inline table key '(.+)'", error)
        if twice:
            return f", line {line}: “{twice[1]}” is there twice; take one out."
        said = next((plain for met, plain in _PLAIN if met in error), "")
        return f", line {line}: this cannot be read{': ' + said if said else ''}. Mend that line."


def source_of(path: Path, name: str) -> Source:
    """Return the file ``path``. Raises ``PolicyError`` when it is not saved as UTF-8."""
    content = path.read_bytes()
    try:
        return Source(name, content.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise PolicyError(
            f"{name}, line {line}: a letter there is not written as UTF-8. Open the file in the "
            "editor, save it again with the encoding UTF-8, and try again."
        ) from error


@dataclass
class _Found:
    """The line of each table and key, the first word there twice, and what has no end."""

    lines: dict[Steps, int] = field(default_factory=dict)
    twice: tuple[str, int, int] | None = None
    unended: int = 0

    def add(self, steps: Steps, line: int) -> None:
        """Note where a table or key stands."""
        if steps in self.lines and self.twice is None:
            self.twice = (str(steps[-1]), self.lines[steps], line)
        self.lines.setdefault(steps, line)


def _go_through(text: str) -> _Found:
    found, lengths = _Found(), dict[Steps, int]()
    here: Steps = ()
    for line, content, is_heading in _statements(text):
        if content is None:
            found.unended = line
        elif is_heading:
            here = _opened(content, lengths)
            found.add(here, line)
        else:
            for steps in _steps_in(content):
                found.add((*here, *steps), line)
    return found


def _statements(text: str) -> Iterator[tuple[int, dict[str, Any] | None, bool]]:
    """Return the line and the content of each heading, and of each key with its value.

    A last one that has no end has no content.
    """
    pending, begun = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not pending:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            begun = number
        pending += line + "\n"
        try:
            yield begun, tomllib.loads(pending), pending.lstrip().startswith("[")
        except tomllib.TOMLDecodeError as error:
            if "end of document" in str(error):
                continue  # a list or a long text goes on in the next line
            if "inline table key" not in str(error):
                return  # nothing after a line that cannot be read can be told for sure
        pending = ""
    if pending:
        yield begun, None, False


def _opened(heading: Mapping[str, Any], lengths: dict[Steps, int]) -> Steps:
    """Return the way to the table a heading opens; ``lengths`` count the tables of each list."""
    here: Steps = ()
    inner: Any = heading
    while inner:
        [(key, inner)] = inner.items()
        here = (*here, key)
        if isinstance(inner, list):  # [[…]]: one more table in the list
            lengths[here] = lengths.get(here, 0) + 1
            return (*here, lengths[here] - 1)
        if inner and here in lengths:
            here = (*here, lengths[here] - 1)
    return here


def _steps_in(value: object, before: Steps = ()) -> Iterator[Steps]:
    if isinstance(value, Mapping):
        inside: Sequence[tuple[str | int, object]] = list(value.items())
    else:
        inside = list(enumerate(value)) if isinstance(value, list) else []
    for step, inner in inside:
        yield (*before, step)
        yield from _steps_in(inner, (*before, step))
