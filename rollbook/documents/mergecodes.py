"""What the code of a merge field says: the name, the switches, the texts around the value."""

import re

from rollbook.documents.mergenames import FIRST_NAMES, SURNAMES, squashed
from rollbook.documents.word import Element, own_text, w
from rollbook.documents.wordfields import WordField, unquoted


def all_names(one: WordField) -> list[str]:
    """Return the names of all merge fields in a field, its own and those inside."""
    names = [merge_name(one)[1]] if one.keyword == "MERGEFIELD" else []
    for piece in one.code:
        names += all_names(piece) if isinstance(piece, WordField) else []
    return names


def merge_name(one: WordField) -> tuple[set[str], str, str]:
    """Return the switches of a MERGEFIELD, the name it gives, and our filter for it."""
    words, switches, name, filters = iter(one.arguments), set[str](), list[str](), ""
    for word in words:
        if word[0] != "\\":
            name.append(unquoted(word))
            continue
        switch = word[1:].lower()
        argument = "" if switch in ("m", "v") else next(words, "").lower()
        if switch == "*" and argument in ("upper", "lower"):
            filters = f"|{argument}"
        elif switch == "*" and argument in ("caps", "firstcap"):
            switches.add("caps")
        else:
            switches.add(switch)
    return switches, " ".join(name), filters


def texts_around(one: WordField) -> tuple[str, str]:
    r"""Return the texts of the switches ``\b`` and ``\f``: printed only when there is a value."""
    words = one.tokens()
    texts = {"\\b": "", "\\f": ""}
    for switch, argument in zip(words, words[1:], strict=False):
        if switch.lower() in texts:
            texts[switch.lower()] = unquoted(argument)
    return texts["\\b"], texts["\\f"]


def is_day(one: WordField) -> bool:
    """Say whether a TIME field prints a day: its picture has one, and no hour."""
    picture = next((word for word in one.tokens() if word[0] == '"'), "")
    return bool(re.search("[dMy]", picture)) and not re.search("[hHs]", picture)


def couples_in(found: list[WordField]) -> dict[int, str]:
    """Find a first and a last name side by side: together they are a name of ours."""
    couples: dict[int, str] = {}
    for first, last in zip(found, found[1:], strict=False):
        if first.keyword != "MERGEFIELD" or last.keyword != "MERGEFIELD":
            continue
        whose = FIRST_NAMES.get(squashed(merge_name(first)[1]), "")
        same = whose and SURNAMES.get(squashed(merge_name(last)[1])) == whose
        if same and _only_blank_between(first.runs[-1], last.runs[0]):
            couples[id(first)], couples[id(last)] = f"{whose}_name", ""
    return couples


def _only_blank_between(one: Element, other: Element) -> bool:
    between = one.getnext()
    while between is not None and between is not other:
        if between.tag == w("r") and own_text(between).strip():
            return False
        between = between.getnext()
    return between is other
