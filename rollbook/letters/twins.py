"""The same letter in two languages: do both say the same facts?

Words cannot be compared, but what stands in both must be the same: the fields, the lists gone
through, what is asked before a text is printed, and the numbers, with those written as words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_LOOP = re.compile(r"\bfor\s+\w+\s+in\s+(\w+)")
_ASKED = re.compile(r"\{%\w*\s+(?:el)?if\s+(.*?)\s*%\}")
_PRINTED = re.compile(r"\{\{\s*([\w.]+)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+")

_NUMBER_WORDS = {
    "2": "two second dos segundo segunda",
    "3": "three third tres tercer tercero tercera",
    "4": "four fourth cuatro cuarto cuarta",
    "5": "five fifth cinco quinto quinta",
    "6": "six sixth seis sexto sexta",
    "7": "seven seventh siete séptimo séptima",
    "8": "eight eighth ocho octavo octava",
    "9": "nine ninth nueve noveno novena",
    "10": "ten tenth diez décimo décima",
    "11": "eleven eleventh",  # not “once”, which is eleven in Spanish only
    "12": "twelve twelfth doce",
}
_WRITTEN = {word: number for number, words in _NUMBER_WORDS.items() for word in words.split()}


@dataclass(frozen=True)
class Facts:
    """What two versions of a letter must have in common."""

    fields: frozenset[str]
    lists: frozenset[str]
    asked: frozenset[str]
    numbers: frozenset[str]


def facts_of(paragraphs: Sequence[str]) -> Facts:
    """Return the facts of one version, from its paragraphs with the tags in them."""
    tags = [tag for text in paragraphs for tag in _TAG.findall(text)]
    loops = {match[1]: match[0] for tag in tags for match in _LOOP.finditer(tag)}
    variables = {words.split()[1] for words in loops.values()}
    plain = [_TAG.sub(" ", text) for text in paragraphs]
    printed = (match[1] for tag in tags for match in _PRINTED.finditer(tag))
    return Facts(
        frozenset(name for name in printed if name.partition(".")[0] not in variables),
        frozenset(loops),
        frozenset(" ".join(match[1].split()) for tag in tags for match in _ASKED.finditer(tag)),
        frozenset(number for text in plain for number in _numbers(text)),
    )


def told_apart(own: Facts, other: Facts, name: str, other_name: str) -> Iterator[str]:
    """Say what one version has and the other has not."""
    for what, mine, theirs in (
        ("fields", own.fields, other.fields),
        ("lists", own.lists, other.lists),
        ("conditions", own.asked, other.asked),
        ("numbers", own.numbers, other.numbers),
    ):
        if mine - theirs:
            said = ", ".join(sorted(mine - theirs))
            yield f"“{name}” has {what} that “{other_name}” has not: {said}."
        if theirs - mine:
            said = ", ".join(sorted(theirs - mine))
            yield f"“{other_name}” has {what} that “{name}” has not: {said}."


def _numbers(text: str) -> Iterator[str]:
    yield from _NUMBER.findall(text)
    for word in _WORD.findall(text.casefold()):
        if word in _WRITTEN:
            yield _WRITTEN[word]
