"""A dropped file as `identify` may look at it: its name, its kind and its first rows."""

from pathlib import Path


class Upload:
    """A dropped file, opened just enough to be recognised."""

    def __init__(self, path: Path) -> None:
        self.path = path
