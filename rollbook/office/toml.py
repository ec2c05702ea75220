"""Reading the office's own files, which people edit: a slip is said with its line."""

import tomllib
from pathlib import Path
from typing import Any

from rollbook.problems import OfficeError


def read_toml(path: Path) -> dict[str, Any]:
    """Return the content of a TOML file, or raise ``OfficeError`` naming the line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OfficeError(f"“{path.name}” cannot be read: {error}. Mend that line.") from error
