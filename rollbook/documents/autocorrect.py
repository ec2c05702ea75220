"""What Word's autocorrect does to a tag while the clerk types it, undone where that is safe.

Word curls quotation marks, writes a capital after a full stop or in a table's cell, makes a long
dash of two short ones, and keeps words together by blanks that do not break. None of that changes
what the clerk meant. What a tag then says is checked like any other.
"""

import re
from collections.abc import Collection, Iterator

from rollbook.documents.mergenames import squashed
from rollbook.documents.word import Element, w

_TAG = re.compile(r"\{\{(?:(?!\{[{%]).)*?\}\}|\{%(?:(?!\{[{%]).)*?%\}")
_QUOTED = re.compile(r"""("[^"]*"|'[^']*')""")
_LIKE_A_NAME = re.compile(r"\s*\w+(?:[ -]\w+)*\s*")
_SIGNS = str.maketrans(
    dict.fromkeys("“”„«»", '"')
    | dict.fromkeys("‘’‚", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f", " ")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
)
_TWO_WORDS = (
    (re.compile(r"\bend\s+(if|for)\b"), r"end\1"),
    (re.compile(r"\belse\s*if\b"), "elif"),
)


def undo_autocorrect(root: Element, fields: Collection[str]) -> None:
    """Mend the tags of a part in place; ``fields`` are those the template may use."""
    for paragraph in root.iter(w("p")):
        texts = list(_texts(paragraph))
        whole = "".join(text.text or "" for text in texts)
        if "{" not in whole:
            continue
        for tag in reversed(list(_TAG.finditer(whole))):
            mended = mended_tag(tag[0], fields)
            if mended != tag[0]:
                _write(texts, tag.start(), tag.end(), mended)


def mended_tag(tag: str, fields: Collection[str]) -> str:
    """Return a tag as it was meant: straight marks, small letters, a field's name spelled right."""
    parts = _QUOTED.split(tag.translate(_SIGNS))
    if all(field == field.lower() for field in fields):
        parts[::2] = [part.lower() for part in parts[::2]]
    mended = "".join(parts)
    if mended.startswith("{%"):
        for written, meant in _TWO_WORDS:
            mended = written.sub(meant, mended)
        return mended
    name, bar, after = mended[2:-2].partition("|")
    if name.strip() in fields or "." in name:
        return mended
    spelled = {squashed(field): field for field in fields}
    meant = spelled.get(squashed(name), "") if _LIKE_A_NAME.fullmatch(name) else ""
    return f"{{{{ {meant} {bar}{after}}}}}" if meant else mended


def _texts(element: Element) -> Iterator[Element]:
    """Return where the words of a paragraph stand, without those of a text box in it."""
    for child in element:
        if child.tag == w("t"):
            yield child
        elif child.tag != w("txbxContent"):
            yield from _texts(child)


def _write(texts: list[Element], start: int, end: int, new: str) -> None:
    """Put ``new`` in place of the words from ``start`` to ``end``, in the first run they are in."""
    at = 0
    for text in texts:
        words = text.text or ""
        begins, stops = max(start - at, 0), min(end - at, len(words))
        if begins < stops:
            text.text = words[:begins] + new + words[stops:]
            new = ""
        at += len(words)
