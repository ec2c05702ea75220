"""Answers about the office's exports, kept in ``office.toml`` for every file to come.

An answer is ``key=value``: ``day_first=yes``, ``code.absent E=E`` (or ``code.X@001=U`` for one
campus), ``campus.North High=001``, ``official_period=P2`` (or
``official_period@041=P5`` for one campus), ``encoding=cp1252``, ``lists=absences``.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import tomlkit
from filelock import FileLock

from rollbook.attendance.roll import is_among
from rollbook.office.opening import Office, refuse_unknown_codes
from rollbook.office.settings import PERIODS, SETTINGS_FILE
from rollbook.package import write_whole
from rollbook.problems import NotAllowed, OfficeError

CODE, CAMPUS, PERIOD = "code.", "campus.", "official_period"
_PLAIN = ("day_first", PERIOD, "encoding", "lists")
_YES_NO = {"yes": True, "no": False}
_LISTS = ("all marks", "absences")

Place = tuple[str, ...]
"""Where a setting stands in ``office.toml``: its sections, and its name."""


def settings_of(
    office: Office, answers: Mapping[str, str], campuses: Collection[str]
) -> dict[Place, Any]:
    """Return the settings that answers make; ``campuses`` are those of the roster.

    Raises ``NotAllowed`` for an answer that cannot be one, naming what could.
    """
    settings = dict(_setting(office, key, value, campuses) for key, value in answers.items())
    _refuse_chains(office, settings)
    return settings


def save_answers(office: Office, settings: Mapping[Place, Any]) -> None:
    """Write settings into ``office.toml``; its lines, comments and line ends stay."""
    with FileLock(office.folders.root / ".office.toml.lock"):
        _write(office.folders.root / SETTINGS_FILE, settings)


def _write(path: Path, settings: Mapping[Place, Any]) -> None:
    text = path.read_bytes().decode("utf-8-sig")
    document = tomlkit.parse(text)
    new: list[str] = []
    for place, value in settings.items():
        section: Any = document
        for depth, name in enumerate(place[:-1], 1):
            if name not in section:
                section[name] = tomlkit.table()
                new.append(".".join(place[:depth]))
            section = section[name]
        section[place[-1]] = value
    said = tomlkit.dumps(document).replace("\r\n", "\n")
    for heading in new:  # a blank line behind what was put before another section
        lines = rf"(^\[{re.escape(heading)}\]\n(?:[^\n\[][^\n]*\n)+)(?=\[)"
        said = re.sub(lines, r"\1\n", said, flags=re.M)
    write_whole(path, said.replace("\n", "\r\n" if "\r\n" in text else "\n").encode("utf-8"))


def _setting(office: Office, key: str, value: str, campuses: Collection[str]) -> tuple[Place, Any]:
    if key in (CODE, CAMPUS, f"{PERIOD}@"):
        raise NotAllowed(f"“{key}” names nothing; write it as {key}NAME.")
    if not key.isprintable() and not key.isascii():
        raise NotAllowed("The name in an answer has letters that cannot be kept.")
    if key.startswith(CODE):
        return _code(office, key.removeprefix(CODE), value, campuses)
    if key.startswith(CAMPUS):
        name = key.removeprefix(CAMPUS)
        _one_of(key, value, sorted(campuses) or [value])
        if is_among(name, campuses):
            raise NotAllowed(
                f"“{name}” is itself a campus of the roster, so it cannot be another name of "
                f"“{value}”. Name the campus as the file does."
            )
        return ("exports", "campus_names", name), value
    if key == "day_first":
        _one_of(key, value, list(_YES_NO))
        return ("exports", key), _YES_NO[value]
    if key == PERIOD:
        _one_of(key, value, PERIODS)
    elif key.startswith(f"{PERIOD}@"):
        campus = key.removeprefix(f"{PERIOD}@")
        _one_of(f"{key}, the campus", campus, sorted(campuses) or [campus])
        _one_of(key, value, PERIODS)
        return ("exports", "campus_periods", campus), value
    elif key == "lists":
        _one_of(key, value, _LISTS)
    elif key == "encoding":
        _known_encoding(value)
    else:
        raise NotAllowed(
            f"“{key}” is nothing that is settled here. That is: {', '.join(_PLAIN)}, "
            "code.SYMBOL, code.SYMBOL@CAMPUS, official_period@CAMPUS and campus.NAME."
        )
    return ("exports", key), value


def _code(office: Office, said: str, meant: str, campuses: Collection[str]) -> tuple[Place, Any]:
    policy = office.policy
    symbol, _, campus = said.rpartition("@")
    if not (symbol and campus and campuses):  # a sign that is itself the code, or within it
        symbol, campus = said, ""
    if campus:
        _one_of(f"{CODE}{said}, the campus", campus, sorted(campuses))
    _one_of(f"{CODE}{symbol}", meant, sorted(policy.code_table))
    if symbol in policy.code_table and not policy.codes_overridable:
        raise NotAllowed(
            f"“{symbol}” is a code of the law of {policy.title}, so an office cannot give it "
            "another meaning. Correct the register, or have the system export the code it means."
        )
    if campus:
        return ("exports", "campus_codes", campus, symbol), meant
    return ("codes", symbol), meant


def _refuse_chains(office: Office, settings: Mapping[Place, Any]) -> None:
    """Refuse answers with which the office could not be opened any more."""
    codes = {campus: dict(own) for campus, own in office.settings.exports.campus_codes.items()}
    for place, meant in settings.items():
        if place[:2] == ("exports", "campus_codes"):
            codes.setdefault(place[2], {})[place[3]] = meant
    try:
        refuse_unknown_codes(codes, office.policy)
    except OfficeError as why:
        raise NotAllowed(f"{why} Nothing was changed.") from why


def _one_of(key: str, value: str, choices: Collection[str]) -> None:
    if value not in choices:
        raise NotAllowed(f"{key}: “{value}” is none of {', '.join(choices)}.")


def _known_encoding(value: str) -> None:
    try:
        is_text = "Zoë".encode(value).decode(value) == "Zoë"
        is_text = is_text and "a".encode(value) == b"a" or value.casefold().startswith("utf")
        if not is_text:
            raise LookupError(value)
    except (LookupError, ValueError) as error:
        raise NotAllowed(f"encoding: there is no encoding “{value}”; cp1252 is one.") from error
