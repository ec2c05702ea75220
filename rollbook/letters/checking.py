"""Everything that is wrong with a letter's template, at once, each with the words it stands in.

Three kinds of remark. What *stops* a template: Rollbook would refuse it, or print a hole. What must
be *looked at*: the law's statements, which are recognised by their words, so a person judges. And
*advice* on how the letter reads, which stops nothing.
"""

import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from lxml import etree

from rollbook.documents import LISTS, Template
from rollbook.documents.mergefields import MergeName, convert
from rollbook.documents.tags import TagCheck, TagProblem, letter_environment, short
from rollbook.documents.word import Element, own_text, parse, w
from rollbook.letters.belonging import elsewhere
from rollbook.letters.fields import FIELDS
from rollbook.letters.previewing import practice_letter, practice_values
from rollbook.letters.reading_level import (
    HARDEST_GRADE,
    MOST_WORDS,
    ReadingLevel,
    reading_level,
    sentences_of,
)
from rollbook.letters.templates import ALWAYS_SHOWN
from rollbook.letters.twins import Facts, facts_of, told_apart
from rollbook.office.settings import Settings
from rollbook.policy import PolicyPack
from rollbook.problems import RollbookError, TemplateError

_BODY = "word/document.xml"
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_CHANGED = {w("ins"): "added", w("moveTo"): "added", w("del"): "deleted", w("moveFrom"): "deleted"}
_NAME_IN_TAG = re.compile(r"[a-z_]\w*")
_TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")


_SHOWN = {
    "student_name": "the student’s name",
    "guardian_name": "to whom the letter is",
    "address_lines": "the address",
    "serial": "the letter’s number",
}


class Weight(StrEnum):
    """What a remark means for the template."""

    STOPS = "stops"
    LOOK = "look"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say of a template: what, in which words of it, and what to do."""

    weight: Weight
    what: str
    where: str = ""
    then: str = ""

    def __str__(self) -> str:
        where = f" It stands in: “{self.where}”" if self.where else ""
        return f"{self.what}{f' {self.then}' if self.then else ''}{where}"


@dataclass(frozen=True)
class TemplateReport:
    """What was found in one template."""

    name: str
    letter: str
    language: str
    remarks: tuple[Remark, ...]
    merge_names: tuple[MergeName, ...] = ()
    level: ReadingLevel | None = None
    fields: tuple[str, ...] = ()

    def of(self, weight: Weight) -> list[Remark]:
        """Return the remarks of one weight."""
        return [remark for remark in self.remarks if remark.weight is weight]

    @property
    def can_be_used(self) -> bool:
        """Say whether letters can be made with the template."""
        return not self.of(Weight.STOPS)

    @property
    def is_sound(self) -> bool:
        """Say whether nothing stops the template and nobody has to look at anything."""
        return self.can_be_used and not self.of(Weight.LOOK)

    @property
    def verdict(self) -> str:
        """Say in one line whether the template can be used."""
        stops, look = self.of(Weight.STOPS), self.of(Weight.LOOK)
        if stops:
            more = f" And {len(stops) - 1} more." if len(stops) > 1 else ""
            return f"cannot be used: {stops[0].what}{more}"
        if look:
            return f"can be used, but first look at this: {look[0].what}" + (
                f" And {len(look) - 1} more." if len(look) > 1 else ""
            )
        return "can be used"


@dataclass(frozen=True)
class Standard:
    """What templates are held against: the pack on a day, the office, fields of other rooms.

    ``foreign`` are fields that exist, but not in letters: their name → where they belong.
    """

    pack: PolicyPack
    settings: Settings
    day: date
    merge_fields: Mapping[str, str] = field(default_factory=dict)
    foreign: Mapping[str, str] = field(default_factory=dict)


def check_template(path: Path, standard: Standard, twin: Path | None = None) -> TemplateReport:
    """Say everything that is wrong with a template and what is to be done.

    ``twin`` is the same letter in another language. Raises ``TemplateError`` when the file cannot
    be read at all.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TemplateError(
            f"The template “{path.name}” cannot be read. Check its name; close it in Word."
        ) from error
    letter, language = letter_of(path)
    converted = convert(content, standard.merge_fields, allowed=FIELDS)
    remarks = [Remark(Weight.STOPS, _sentence(problem), then="") for problem in converted.problems]
    remarks += [Remark(Weight.ADVICE, _sentence(note)) for note in converted.notes]
    try:
        parts = _parts(converted.content)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, OSError):
        parts = {}
    remarks += _marks_left(parts)
    tags = _tags(parts)
    remarks += [_of_tag(problem, standard) for problem in tags.problems]
    template, why = _compiled(path.name, converted.content)
    if why and not remarks:
        remarks.append(Remark(Weight.STOPS, why))
    shown = template.fields if template else tags.fields
    remarks += _not_shown(shown)
    remarks += _of_other_letters(letter, parts, tags, standard)
    remarks += _law(letter, language, parts, standard) if parts else ()
    level = None
    if template:
        level = _level(template, language, standard)
        remarks += _reading(level, standard)
        remarks += _twin(path, twin, parts, standard)
    return TemplateReport(
        path.name,
        letter,
        language,
        tuple(dict.fromkeys(remarks)),
        converted.names,
        level,
        tuple(sorted(shown)),
    )


def letter_of(path: Path) -> tuple[str, str]:
    """Return the letter and the language a template is for, by its file's name."""
    stem, _, language = path.stem.rpartition(".")
    return (stem, language) if stem and len(language) == 2 else (path.stem, "en")


# --- the tags ------------------------------------------------------------------------------------


def _parts(content: bytes) -> dict[str, Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if _PARTS.fullmatch(name)]
        if sum(archive.getinfo(name).file_size for name in names) > _MOST_BYTES:
            return {}
        roots = {name: parse(archive.read(name)) for name in names}
        if "word/comments.xml" in archive.namelist():
            roots["word/comments.xml"] = parse(archive.read("word/comments.xml"))
    return roots


_MOST_BYTES = 50 << 20


def _marks_left(parts: Mapping[str, Element]) -> Iterator[Remark]:
    """Find tracked changes and comments: families would see them."""
    for name, root in parts.items():
        for change in root.iter(*_CHANGED):
            words = "".join(one.text or "" for one in change.iter(w("t"), w("delText"))).strip()
            paragraph = next(change.iterancestors(w("p")), None)
            if words:
                yield Remark(
                    Weight.STOPS,
                    f"It has a tracked change: “{short(words, 40)}” was {_CHANGED[change.tag]}.",
                    _where(paragraph),
                    "Accept or reject it in Word.",
                )
        if name == "word/comments.xml":
            for comment in root.iter(w("comment")):
                words = " ".join(own_text(one) for one in comment.iter(w("p"))).strip()
                yield Remark(
                    Weight.STOPS,
                    f"It has a comment: “{short(words, 60)}”.",
                    then="Delete it in Word.",
                )


def _tags(parts: Mapping[str, Element]) -> TagCheck:
    check = TagCheck(frozenset(FIELDS), LISTS, letter_environment())
    for name, root in parts.items():
        if name != "word/comments.xml":
            check.check_paragraphs(root)
    return check


def _of_tag(problem: TagProblem, standard: Standard) -> Remark:
    """Word a tag that cannot be used; a field of a document says where it belongs."""
    names = _NAME_IN_TAG.findall(problem.tag)
    foreign = next((name for name in names if name in standard.foreign), "")
    then = problem.suggestion
    if foreign:
        then = f"“{foreign}” is there in {standard.foreign[foreign]} only."
    what = f"The tag {problem.tag} {problem.why}" if problem.tag else f"A tag {problem.why}"
    return Remark(Weight.STOPS, what, problem.where, then)


def _compiled(name: str, content: bytes) -> tuple[Template | None, str]:
    try:
        return Template.compile(content, FIELDS, name=name), ""
    except TemplateError as error:
        said = " ".join(str(error).split())
        return None, _sentence(said.removeprefix(f"The template “{name}” "))


def _not_shown(shown: Collection[str]) -> Iterator[Remark]:
    for name in ALWAYS_SHOWN:
        if name not in shown:
            tag = f"{{%p for line in {name} %}}" if name in LISTS else f"{{{{ {name} }}}}"
            yield Remark(
                Weight.STOPS,
                f"It does not show {_SHOWN[name]}, which every letter needs.",
                then=f"Put {tag} in.",
            )


def _of_other_letters(
    letter: str, parts: Mapping[str, Element], tags: TagCheck, standard: Standard
) -> Iterator[Remark]:
    """Find fields that this letter has no value for: they would print a hole."""
    always = {name.partition(".")[0] for name in tags.always}
    for name in sorted(tags.fields):
        belongs = elsewhere(name, letter, standard.pack, standard.day)
        if not belongs:
            continue
        printed = name in always
        yield Remark(
            Weight.STOPS if printed else Weight.ADVICE,
            f"The field {{{{ {name} }}}} has no value in this letter"
            + (": it would print nothing." if printed else "; it stands under an if."),
            _first_with(name, parts.values()),
            f"It is for {belongs}.",
        )


def _first_with(name: str, roots: Iterable[Element]) -> str:
    for root in roots:
        for paragraph in root.iter(w("p")):
            tags = " ".join(_TAGS.findall(own_text(paragraph)))
            if re.search(rf"\b{name}\b", tags):
                return _where(paragraph)
    return ""


def _where(paragraph: Element | None) -> str:
    return short(own_text(paragraph)) if paragraph is not None else ""


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", ")")) else f"{text}."


# --- law, words and the other language -----------------------------------------------------------


def _law(
    letter: str, language: str, parts: Mapping[str, Element], standard: Standard
) -> Iterator[Remark]:
    """Look for what the letter must say and must no longer say."""
    sentences = [
        sentence
        for name, root in parts.items()
        if name != "word/comments.xml"
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


def _level(template: Template, language: str, standard: Standard) -> ReadingLevel | None:
    values = practice_values(standard.pack, standard.settings, language, standard.day)
    letter = practice_letter(template, values)
    try:
        root = _parts(letter.to_bytes())[_BODY]
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


def _reading(level: ReadingLevel | None, standard: Standard) -> Iterator[Remark]:
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


def _twin(
    path: Path, twin: Path | None, parts: Mapping[str, Element], standard: Standard
) -> Iterator[Remark]:
    """Compare with the same letter in the other language."""
    if twin is None:
        return
    try:
        content = convert(twin.read_bytes(), standard.merge_fields, allowed=FIELDS).content
        other = facts_of(_paragraphs(_parts(content)))
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
        if name != "word/comments.xml"
        for paragraph in root.iter(w("p"))
    ]
