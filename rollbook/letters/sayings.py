"""What a template says: what the law asks for, how it reads, and its other language."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lxml import etree

from rollbook.documents import Template
from rollbook.documents.mergefields import convert
from rollbook.documents.tags import short
from rollbook.documents.word import Element, own_text, parse, w
from rollbook.letters.fields import FIELDS
from rollbook.letters.previewing import practice_letter, practice_values
from rollbook.letters.reading_level import (
    HARDEST_GRADE,
    MOST_WORDS,
    ReadingLevel,
    reading_level,
    sentences_of,
)
from rollbook.letters.remarks import Remark, Standard, Weight
from rollbook.letters.twins import Facts, facts_of, told_apart
from rollbook.problems import RollbookError

_BODY = "word/document.xml"
COMMENTS = "word/comments.xml"
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_MOST_BYTES = 50 << 20


def parts_of(content: bytes) -> dict[str, Element]:
    """Return the parts of a Word file that are read, and its comments; none of a huge one."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if _PARTS.fullmatch(name)]
        if sum(archive.getinfo(name).file_size for name in names) > _MOST_BYTES:
            return {}
        roots = {name: parse(archive.read(name)) for name in names}
        if COMMENTS in archive.namelist():
            roots[COMMENTS] = parse(archive.read(COMMENTS))
    return roots


def law_said(
    letter: str, language: str, parts: Mapping[str, Element], standard: Standard
) -> Iterator[Remark]:
    """Look for what the letter must say and must no longer say."""
    sentences = [
        sentence
        for name, root in parts.items()
        if name != COMMENTS
        for paragraph in root.iter(w("p"))
        for sentence in sentences_of(own_text(paragraph))
    ]
    unknown = []
    for one in standard.pack.must_say(letter, standard.day):
        if not one.knows(language):
            unknown.append(one.title)
            continue
        found = one.sentence_in(sentences, language)
        source = f"({one.full_citation})"
        if one.never and found is not None:
            what = f"It must no longer say {one.title} {source}."
            yield Remark(Weight.LOOK, what, short(found), "Take it out.")
        elif not one.never and found is None:
            yield Remark(
                Weight.LOOK,
                f"It does not seem to say {one.title}. The law asks for it {source}.",
                then="Put the sentence of the shipped template back, or have yours checked.",
            )
    if unknown:
        yield Remark(
            Weight.LOOK,
            f"Rollbook does not know the words of “{language}” and cannot tell whether the letter "
            f"says what the law asks for: {'; '.join(unknown)}.",
            then="Have somebody who reads it look.",
        )


def level_of(template: Template, language: str, standard: Standard) -> ReadingLevel | None:
    """Measure the message of a letter about the invented student."""
    values = practice_values(standard.pack, standard.settings, language, standard.day)
    letter = practice_letter(template, values)
    try:
        root = parts_of(letter.to_bytes())[_BODY]
    except (RollbookError, KeyError):
        return None
    return reading_level(_message(root), language)


def _message(root: Element) -> list[str]:
    """Return the message: the paragraphs of page 1, without address, tables and boxes."""
    body = root.find(w("body"))
    found: list[str] = []
    for element in [] if body is None else body:
        if element.tag != w("p"):
            continue
        if element.find(f"{w('pPr')}/{w('pageBreakBefore')}") is not None:
            break
        found.append(own_text(element))
        if any(one.get(w("type")) == "page" for one in element.iter(w("br"))):
            break
    return [text for text in found if text.strip()]


def how_it_reads(level: ReadingLevel | None, standard: Standard) -> Iterator[Remark]:
    """Advise on the length and the reading level of the message."""
    if level is None:
        return
    is_american = standard.pack.locale.endswith("US")
    if level.words > MOST_WORDS and is_american:
        yield Remark(
            Weight.ADVICE,
            f"Its message has {level.words} words. Families act more often on letters of less "
            f"than {MOST_WORDS}.",
        )
    if not level.is_easy:
        yield Remark(
            Weight.ADVICE,
            f"It reads at {level.in_words}; aim at grade 5 or {HARDEST_GRADE}: shorter sentences, "
            "everyday words.",
        )
        for sentence in level.hardest:
            yield Remark(Weight.ADVICE, "One of its hardest sentences.", short(sentence, 200))


def unlike_twin(
    path: Path, twin: Path | None, parts: Mapping[str, Element], standard: Standard
) -> Iterator[Remark]:
    """Compare with the same letter in the other language."""
    if twin is None:
        return
    try:
        content = convert(twin.read_bytes(), standard.merge_fields, allowed=FIELDS).content
        other = facts_of(_paragraphs(parts_of(content)))
    except (OSError, zipfile.BadZipFile, KeyError, etree.XMLSyntaxError):
        yield Remark(Weight.ADVICE, f"“{twin.name}” cannot be read, so they were not compared.")
        return
    own: Facts = facts_of(_paragraphs(parts))
    for what in told_apart(own, other, path.name, twin.name):
        yield Remark(Weight.LOOK, what, then="Say the same in both.")


def _paragraphs(parts: Mapping[str, Element]) -> Sequence[str]:
    return [
        own_text(paragraph)
        for name, root in parts.items()
        if name != COMMENTS
        for paragraph in root.iter(w("p"))
    ]
