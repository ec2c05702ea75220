"""What clerks write of contacts with families, and which kind of contact that is.

What is to come, or was not done, means nothing done.
"""

import re
from collections.abc import Sequence

from rollbook.register import ACTIONS

_CONTACTS: Sequence[tuple[str, str]] = (
    ("home-visit", r"\bhome visit(ed)?\b|\bvisited (the )?home\b|\bdoor ?step(ped)?\b"),
    ("meeting", r"\bmet\b|\bmeeting (held|with|today|took place)\b|\battended (a |the )?meeting\b"),
    ("email", r"\be-?mail(ed)?\b"),
    ("message", r"\btext(ed)?\b|\bsms\b|\bmessaged\b|\bparent ?mail\b|\bdojo\b"),
    (
        "call",
        r"\brang\b|\bring\b|\bcall(ed)?\b|\bphon(ed|e)\b|\btelephoned\b|\btel\b|\bspoken?\b"
        r"|\bl?vm\b|\bvoice ?mail\b|\bleft (a )?message\b|\bno answer\b|\bno reply\b",
    ),
)
"""By which words a contact of each kind is known; the first that fits counts."""

TO_COME = re.compile(
    r"\b(will|to (call|ring|phone|email|e-mail|text|meet|visit|be|speak)|need(s)? to|must|should"
    r"|please|plan(ned)?|book(ed)?|arrange(d)?|schedule(d)?|tomorrow"
    r"|next (week|mon|tue|wed|thu|fri)|ask(ed)? .* to (call|ring))\b|\?\s*$"
)
"""Words of what is still to be done."""

_NOT_DONE = re.compile(
    r"\b(not|never|didn.?t|haven.?t|hasn.?t|unable to|could ?n.?t|tried to|no need to|don.?t)\s+"
    r"(yet\s+)?(be |been )?(ring|rung|rang|call|called|phone|phoned|email|emailed|text|texted|meet"
    r"|met|visit|visited|speak|spoken|sent|posted|mailed)\b"
)


def contact_said(text: str) -> str:
    """Return the kind of contact that words say was made, ``""`` when they say none.

    >>> contact_said("rang mum, no answer"), contact_said("will ring mum")
    ('call', '')
    """
    words = plain(text)
    if words.replace(" ", "-") in ACTIONS:
        return words.replace(" ", "-")
    if TO_COME.search(words) or _NOT_DONE.search(words):
        return ""
    return next((kind for kind, sign in _CONTACTS if re.search(sign, words)), "")


def plain(text: str) -> str:
    """Return words as they are compared: small letters, plain signs, single blanks."""
    return " ".join(text.casefold().replace("’", "'").split()).strip(" .!*-")
