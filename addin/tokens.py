"""Clerks' tokens: what lets them in from Excel. Only a fingerprint of each is kept."""

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from rollbook.package import write_whole
from rollbook.problems import NotAllowed, OfficeError

TOKENS_FILE = "sign-in.toml"

_EXPLAINED = """\
# Who may sign in to Rollbook in Excel. Made by: rollbook serve --add-clerk NAME
# Only the SHA-256 of each token stands here. A token is 256 random bits, so nobody can find it by
# trying, and a slow hash as for passwords, which people choose, would protect nothing more.
"""


def add_clerk(root: Path, name: str) -> str:
    """Give a clerk a new token and return it; it is kept nowhere. An earlier one ends."""
    name = " ".join(name.split())
    if not name:
        raise NotAllowed("Say the clerk's name, as it is to stand in the log.")
    token = secrets.token_urlsafe(32)
    _write_clerks(root, {**_entries(root), name: _entry(name, fingerprint(token))})
    return token


def remove_clerk(root: Path, name: str) -> None:
    """End a clerk's token. Raises ``NotAllowed`` when there is no such clerk."""
    entries, name = dict(_entries(root)), " ".join(name.split())
    if name not in entries:
        names = ", ".join(entries) or "nobody"
        raise NotAllowed(f"“{name}” has no token. Tokens have: {names}.")
    del entries[name]
    _write_clerks(root, entries)


def read_clerks(root: Path) -> Mapping[str, str]:
    """Return the fingerprint of each clerk's token, by the clerk's name."""
    return {name: str(entry["token"]) for name, entry in _entries(root).items()}


def _entries(root: Path) -> Mapping[str, Mapping[str, Any]]:
    path = root / TOKENS_FILE
    try:
        stamp = path.stat()
    except FileNotFoundError:
        return {}
    key = (path, stamp.st_ino, stamp.st_mtime_ns, stamp.st_size)
    known, entries = _read[0]
    if known != key:
        entries = dict(_read_entries(path))
        _read[0] = key, entries
    return entries


_read: list[tuple[object, Mapping[str, Mapping[str, Any]]]] = [(None, {})]


def _read_entries(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8-sig")).unwrap()
        for entry in document.get("clerk", []):
            if not re.fullmatch("[0-9a-f]{64}", entry["token"]):
                raise ValueError(entry["name"])
            yield str(entry["name"]), entry
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OfficeError(
            f"“{path}” cannot be read: it was changed by hand. Delete it, and give every clerk a "
            "new token with: rollbook serve --add-clerk NAME"
        ) from error


def _entry(name: str, shown: str) -> Mapping[str, Any]:
    return {"name": name, "token": shown, "since": date.today()}


def _write_clerks(root: Path, entries: Mapping[str, Mapping[str, Any]]) -> None:
    document = tomlkit.parse(_EXPLAINED)
    tables = tomlkit.aot()
    for entry in entries.values():
        tables.append(tomlkit.item(dict(entry)))
    document["clerk"] = tables
    write_whole(root / TOKENS_FILE, tomlkit.dumps(document).encode("utf-8"))


def fingerprint(secret: str) -> str:
    """Return what is kept of a secret: enough to know it again, not to tell it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
