"""Records of XML and JSON files as flat rows: each field by the key of its own name.

State files nest the same few facts differently from version to version
(``StudentReference/StudentIdentity/StudentUniqueId``, ``studentReference.studentUniqueId``); what a
field is called at the end is the same everywhere. The first of several fields of a name counts.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from rollbook.importers.reading.headers import key
from rollbook.importers.upload import Upload


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its line in an XML file or its number in a JSON one, and its fields."""

    row: int
    kind: str
    fields: Mapping[str, str]

    def field(self, *names: str) -> str:
        """Return the first of these fields that is not blank, else ``""``."""
        return next(filter(None, (self.fields.get(key(name), "") for name in names)), "")


def records(upload: Upload, kinds: Sequence[str]) -> list[Record]:
    """Return the records of a file: XML elements called one of ``kinds``, or all JSON objects."""
    if upload.kind == "xml":
        return list(_of_xml(upload.xml, kinds))
    return list(_of_json(upload))


def _of_xml(root: etree._Element, kinds: Sequence[str]) -> Iterator[Record]:
    for kind in kinds:
        for element in root.iter(f"{{*}}{kind}"):
            fields: dict[str, str] = {}
            for inner in element.iter():
                if isinstance(inner.tag, str) and (inner.text or "").strip():
                    name = key(etree.QName(inner).localname)
                    fields.setdefault(name, (inner.text or "").strip())
            line: object = element.sourceline
            yield Record(line if isinstance(line, int) else 0, kind, fields)


def _of_json(upload: Upload) -> Iterator[Record]:
    for number, found in enumerate(_objects(_parsed(upload)), 1):
        fields: dict[str, str] = {}
        _flatten(found, fields)
        yield Record(number, "", fields)


def _parsed(upload: Upload) -> Any:
    """Return what the file holds: one JSON value, or one a line; numbers stay as written."""
    text = upload.text
    try:
        return json.loads(text, parse_float=str, parse_int=str)
    except RecursionError as error:
        raise upload.refused("damaged", _DAMAGED) from error
    except json.JSONDecodeError:
        pass
    try:
        lines = [line for line in upload.lines if line.strip()]
        return [json.loads(line, parse_float=str, parse_int=str) for line in lines]
    except (json.JSONDecodeError, RecursionError) as error:
        raise upload.refused("damaged", _DAMAGED) from error


_DAMAGED = "is JSON that is not complete, or is damaged. Export it again."


def _objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list, or of the one list inside an object."""
    if isinstance(value, dict):
        lists = [inner for inner in value.values() if isinstance(inner, list)]
        inside = [one for one in lists if one and isinstance(one[0], dict)]
        is_wrapper = len(inside) == 1 and not any(isinstance(one, dict) for one in value.values())
        return _objects(inside[0]) if is_wrapper else [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _flatten(value: Mapping[str, Any], fields: dict[str, str]) -> None:
    """Put the fields of an object and of the objects in it into ``fields``."""
    for name, inner in value.items():
        if isinstance(inner, dict):
            fields.setdefault(key(name), "")
            _flatten(inner, fields)
        elif isinstance(inner, str | int | float) and not isinstance(inner, bool):
            if not fields.get(key(name)):
                fields[key(name)] = str(inner).strip()
