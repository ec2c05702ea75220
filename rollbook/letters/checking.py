"""Everything that is wrong with a letter's template, at once, each with the words it stands in.

Three kinds of remark. What *stops* a template: Rollbook would refuse it, or print a hole. What must
be *looked at*: the law's statements, which are recognised by their words, so a person judges. And
*advice* on how the letter reads, which stops nothing.
"""

import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from lxml import etree

from rollbook.documents import LISTS, Template
from rollbook.documents.mergefields import convert
from rollbook.documents.tags import TagCheck, TagProblem, letter_environment, short
from rollbook.documents.word import Element, own_text, w
from rollbook.letters.belonging import elsewhere
from rollbook.letters.fields import FIELDS
from rollbook.letters.remarks import Remark, Standard, TemplateReport, Weight
from rollbook.letters.sayings import (
    COMMENTS,
    how_it_reads,
    law_said,
    level_of,
    parts_of,
    unlike_twin,
)
from rollbook.letters.templates import ALWAYS_SHOWN
from rollbook.problems import TemplateError

_CHANGED = {w("ins"): "added", w("moveTo"): "added", w("del"): "deleted", w("moveFrom"): "deleted"}
_NAME_IN_TAG = re.compile(r"[a-z_]\w*")
_TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
_SHOWN = {
    "student_name": "the student’s name",
    "guardian_name": "to whom the letter is",
    "address_lines": "the address",
    "serial": "the letter’s number",
}


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
    remarks = [Remark(Weight.STOPS, _sentence(problem)) for problem in converted.problems]
    remarks += [Remark(Weight.ADVICE, _sentence(note)) for note in converted.notes]
    try:
        parts = parts_of(converted.content)
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, OSError, RuntimeError):
        parts = {}  # damaged, or with a password: compiling says which
    remarks += _marks_left(parts)
    tags = _tags(parts)
    remarks += [_of_tag(problem, standard) for problem in tags.problems]
    template, why = _compiled(path.name, converted.content)
    if why and not any(one.weight is Weight.STOPS for one in remarks):
        remarks.append(Remark(Weight.STOPS, why))
    shown = template.fields if template else tags.fields
    remarks += _not_shown(shown)
    remarks += _of_other_letters(letter, parts, tags, standard)
    remarks += law_said(letter, language, parts, standard) if parts else ()
    level = None
    if template:
        level = level_of(template, language, standard)
        remarks += how_it_reads(level, standard)
        remarks += unlike_twin(path, twin, parts, standard)
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
        if name == COMMENTS:
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
        if name != COMMENTS:
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
