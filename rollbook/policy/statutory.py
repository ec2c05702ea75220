"""What a letter has to say by law, and what it must no longer say: dated, with its source.

A clerk may reword a letter but not leave out what the statute asks for. So each statement says how
it is recognised in the words of a template: by words that must stand together in one sentence,
in any of several ways. A word stands for all that begin so (``attend``: attends, attendance); a
field is named as it is in its tag. Nobody can recognise every way to say a thing, so a statement
that is not found is told with its title, for a person to judge.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rollbook.policy.table import Table, laid_over, numbered
from rollbook.policy.terms import Dated, Reference, Sure

EVERY_LETTER = "*"
"""Stands for all letters of a pack."""

_LANGUAGE = re.compile("[a-z]{2}")

Ways = tuple[tuple[str, ...], ...]
"""Ways to say a thing; for each the words that must stand together in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Dated):
    """One thing that letters must say, or with ``never`` one that they must not.

    ``title`` finishes the sentence “it must say …” or “it must not say …”.
    """

    id: str
    letters: tuple[str, ...]
    title: str
    ways: Mapping[str, Ways]
    never: bool = False

    def is_about(self, letter: str) -> bool:
        """Say whether the statement is about a letter, named as its template."""
        return letter in self.letters or EVERY_LETTER in self.letters

    def knows(self, language: str) -> bool:
        """Say whether the statement can be recognised in a language."""
        return language in self.ways

    def sentence_in(self, sentences: Iterable[str], language: str) -> str | None:
        """Return the first of these sentences that says it, or None."""
        ways = [[_beginning(word) for word in words] for words in self.ways.get(language, ())]
        for sentence in sentences:
            plain = _plain(sentence)
            if any(all(word.search(plain) for word in words) for words in ways):
                return sentence
        return None


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def _beginning(word: str) -> re.Pattern[str]:
    ends = r"(?!\d)" if word[-1].isdigit() else ""
    return re.compile(rf"(?<![\w.]){re.escape(_plain(word))}{ends}")


def read_statutory(
    top: Table, references: Mapping[str, Reference], base: Iterable[Statement]
) -> tuple[Statement, ...]:
    """Read what letters must say; a district adds its own and cannot take out its state's."""
    histories: dict[str, tuple[Statement, ...]] = {}
    for statement in base:
        histories[statement.id] = (*histories.get(statement.id, ()), statement)
    law = {name for name, history in histories.items() if history[-1].sure is not Sure.LOCAL}
    for entry in top.tables("statutory", numbered("statement", "id")):
        one = _statement(entry, references)
        if one.id in law:
            raise entry.wrong(
                "it is law and a district cannot change it; give your own statement another id",
                "id",
            )
        if any(one.holds(old.first) for old in histories.get(one.id, ()) if old not in base):
            raise entry.wrong(f"“{one.id}” is there twice for {one.first}; correct the dates", "id")
        histories[one.id] = laid_over(histories.get(one.id, ()), (one,))
        entry.finish()
    return tuple(one for history in histories.values() for one in history)


def _statement(entry: Table, references: Mapping[str, Reference]) -> Statement:
    dated: dict[str, Any] = entry.dated(references)
    letters = entry.words("letters")
    if not letters:
        raise entry.wrong("it is about no letter; add “letters”, a list of templates")
    said = Table(entry.source, entry.place, entry.needed("ways", dict), (*entry.steps, "ways"))
    ways = {language: _ways(said, language) for language in said.data}
    if not ways:
        raise said.wrong('it cannot be recognised; add words, as in en = [["truant"]]')
    return Statement(
        **dated,
        id=entry.text("id"),
        letters=letters,
        title=entry.text("title"),
        ways=ways,
        never=entry.optional("never", bool, False),
    )


def _ways(said: Table, language: str) -> Ways:
    if not _LANGUAGE.fullmatch(language):
        raise said.wrong(f"“{language}” is no language; write two letters such as en", language)
    found = said.needed(language, list)
    right = found and all(
        isinstance(way, list)
        and way
        and all(isinstance(word, str) and word.strip() for word in way)
        for way in found
    )
    if not right:
        raise said.wrong(
            f'“{language}” must list ways to say it, each a list of words: [["duty", "attend"]]',
            language,
        )
    return tuple(tuple(way) for way in found)
