"""Reading the office's own files, which people edit: a slip is said with its line."""

from pathlib import Path
from typing import Any

from rollbook.policy.lines import Source, source_of
from rollbook.problems import OfficeError, PolicyError


def office_source(path: Path) -> Source:
    """Return the text of an office's file, or raise ``OfficeError`` when it is not UTF-8."""
    try:
        return source_of(path, f"“{path.name}”")
    except PolicyError as error:
        raise OfficeError(str(error)) from error


def read_toml(source: Source) -> dict[str, Any]:
    """Return the content of an office's file, or raise ``OfficeError`` naming the line."""
    try:
        return source.read()
    except PolicyError as error:
        raise OfficeError(str(error)) from error
