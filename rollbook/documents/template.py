"""A letter's Word template: read once, checked, compiled; then one letter after another.

docxtpl resolves the tags once (Word splits them over runs, and wraps rows and paragraphs around
them). What comes out is one Jinja source for each part that changes; it is checked, compiled and
kept. A letter is then only strings put together, and the parts that do not change stay as they
lie in the template, compressed.
"""

import hashlib
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jinja2 import Environment, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.visitor import NodeTransformer
from lxml import etree

from rollbook.documents.barcode import FIELD as BARS
from rollbook.documents.barcode import draw_bars, place_bars, shows_bars
from rollbook.documents.direction import RIGHT_TO_LEFT, mark_direction
from rollbook.documents.outside import (
    forget_attached_template,
    why_not_alone,
    why_not_by_itself,
)
from rollbook.documents.tags import LISTS, TagCheck, letter_environment
from rollbook.documents.text import foreign_values_in, values_not_in, written_text
from rollbook.documents.word import (
    CONTENT_TYPES,
    DOCUMENT_TYPE,
    FOOT,
    HEAD,
    MC,
    NAMESPACES,
    PACKAGE_RELATIONS,
    PART_TYPE,
    W14,
    Element,
    R,
    W,
    name_default_styles,
    parse,
    target_name,
    w,
    write_xml,
)
from rollbook.package import Package
from rollbook.problems import Problem, RefusedFile, TemplateError, hold

SECTION_MARK = "<?rollbook-section ?>"
"""Stands where a joined file ends the letter's section: in the last paragraph's properties."""

_END_MARK = "<?rollbook-end ?>"
_BODY = "word/document.xml"
_STYLES = "word/styles.xml"
_LAST_PARAGRAPH = (
    '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINES = re.compile(r"[\n\r\t]")
_ANY_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
_TAB = '</w:t><w:tab/><w:t xml:space="preserve">'
_CHANGED = frozenset(w(name) for name in ("ins", "del", "moveFrom", "moveTo"))
_DROPPED = frozenset(w(name) for name in ("proofErr", "lastRenderedPageBreak"))
_REVISION = re.compile(rf"\{{{W}\}}rsid.*|\{{{W14}\}}(paraId|textId)")

Values = Mapping[str, object]
"""A field's name → its text, or for a list field its lines or its rows (column → text)."""


@dataclass(frozen=True)
class Template:
    """A checked, compiled template. Compile once, render often; it keeps nothing of the letters.

    ``source`` is the Word file it came from, ``digest`` its SHA-256. ``fields`` are the fields it
    uses; ``always`` those of them that are printed whatever the values are. ``words`` are the
    template's own, without its tags.
    """

    name: str
    source: bytes
    digest: str
    fields: frozenset[str]
    always: frozenset[str]
    package: Package
    section: str
    words: str
    _sources: Mapping[str, "_PartSource"]
    _lists: frozenset[str]

    @classmethod
    def compile(
        cls,
        source: Path | bytes,
        allowed: Mapping[str, str] | Collection[str],
        *,
        name: str = "",
        lists: Mapping[str, tuple[str, ...]] = LISTS,
    ) -> "Template":
        """Read, check and compile a template that may use the ``allowed`` fields and no others.

        Raises ``TemplateError`` naming the template and, for each tag that cannot be used, the
        paragraph it stands in and what to do.
        """
        content = source if isinstance(source, bytes) else read_template(source)
        name = name or (source.name if isinstance(source, Path) else "letter.docx")
        return _Compiler(name, content, allowed, lists).compile()

    def render(self, values: Values) -> "Rendered":
        """Fill the template with one letter's values.

        Raises ``TemplateError`` when a field the template uses has no value, which is a fault of
        the batch; characters no Word file can hold are taken out and told in ``problems``.
        """
        without = sorted(self.fields - values.keys())
        if without:
            raise TemplateError(
                f"The template “{self.name}” needs {', '.join(without)}, which the letter has no "
                "value for. Take the field out of the template, or ask for it to be provided."
            )
        for field in self._lists:
            if isinstance(values[field], str):
                raise TypeError(f"the field {field} is a list, not a text")
        used = {field: values[field] for field in self.fields}
        every = _all_text_of(used)
        is_plain = every.isprintable()  # quick to say, and so of nearly every letter
        problems: tuple[Problem, ...] = ()
        if not is_plain and _FORBIDDEN.search(every):
            problems = tuple(_unprintable(used))
            used = {field: _cleaned(value) for field, value in used.items()}
        parts = {part: draw_bars(source.render(used)) for part, source in self._sources.items()}
        if not is_plain and _LINES.search(every):
            parts = {part: _broken_into_lines(content) for part, content in parts.items()}
        if not every.isascii() and RIGHT_TO_LEFT.search(every):
            parts = {part: mark_direction(content) for part, content in parts.items()}
        return Rendered(self, parts, problems)


@dataclass(frozen=True)
class Rendered:
    """One letter, filled: its changed parts, and what could not be printed as it was given."""

    template: Template
    parts: Mapping[str, str]
    problems: tuple[Problem, ...] = ()

    def to_bytes(self) -> bytes:
        """Return the letter as a Word file of its own."""
        package = self.template.package.copy()
        for name, content in self.parts.items():
            package.put(name, self._whole(name, content).encode("utf-8"))
        return package.to_bytes()

    @cached_property
    def text(self) -> str:
        """All words of the letter as a reader meets them, read back from the finished XML."""
        return "\n".join(written_text(content) for content in self.parts.values())

    def _whole(self, name: str, content: str) -> str:
        if name != _BODY:
            return content
        body = content.replace(SECTION_MARK, "")
        return f"{HEAD}{body}{self.template.section}{FOOT}"


def missing_values(rendered: Rendered, values: Values, also: Iterable[str] = ()) -> list[str]:
    """Return the fields whose value cannot be found in the finished letter; it must be held.

    Looked for are the fields that are printed in any case, and those in ``also``: a paragraph
    under an ``if`` may be left out by the template's own wish.
    """
    lost = values_not_in(rendered.text, rendered.template.always.union(also), values)
    if BARS in lost and any(
        shows_bars(part, str(values[BARS])) for part in rendered.parts.values()
    ):
        lost.remove(BARS)
    return lost


def foreign_values(rendered: Rendered, own: Values, others: Values) -> list[str]:
    """Return what stands in a finished letter and tells of another family; it must be held.

    ``others`` are the values of the letter made before it.
    """
    return foreign_values_in(rendered.text, rendered.template.words, own, others)


# --- compiling -----------------------------------------------------------------------------------


class _Compiler:
    """Turns one Word file into a :class:`Template`."""

    def __init__(
        self,
        name: str,
        content: bytes,
        allowed: Collection[str],
        lists: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.name = name
        self.content = content
        self.lists = lists
        self.environment = letter_environment()
        self.check = TagCheck(frozenset(allowed), lists, self.environment)

    def compile(self) -> Template:
        package = self._package()
        body, section = _split_body(self._part(package, _BODY))
        sources = {_BODY: body}
        for part in _other_parts(package):
            root = self._part(package, part)
            source = write_xml(root).decode("utf-8")
            if "{{" in source or "{%" in source:
                sources[part] = source
        self._stop_on_problems()
        trees = {part: self._tree(source) for part, source in sources.items()}
        self._stop_on_problems()
        parts = {
            part: _PartSource.of(self.environment, tree, f"{self.name}:{part}", part != _BODY)
            for part, tree in trees.items()
        }
        used = frozenset(self.check.fields)
        template = Template(
            self.name,
            self.content,
            hashlib.sha256(self.content).hexdigest(),
            used,
            frozenset(self.check.always),
            package,
            section,
            "\n".join(_ANY_TAG.sub(" ", written_text(source)) for source in sources.values()),
            parts,
            used & frozenset(self.lists),
        )
        self._try_out(template)
        return template

    def _package(self) -> Package:
        try:
            package = Package.read(Path(self.name), self.content)
            types = parse(package["[Content_Types].xml"])
            relations = parse(package["_rels/.rels"])
        except RefusedFile as error:
            if error.problems[0].slug == "password":
                raise self._refuse(
                    "has a password or is in the old .doc format. Open it in Word and save it as "
                    "“Word Document (.docx)” without a password."
                ) from error
            raise self._refuse(
                "is damaged or is no Word file. Save it in Word as “Word Document (.docx)”."
            ) from error
        except (KeyError, etree.XMLSyntaxError) as error:
            raise self._refuse(
                "is not a Word file. Save it in Word as “Word Document (.docx)”."
            ) from error
        main = relations.find(f"{{{PACKAGE_RELATIONS}}}Relationship[@Type='{R}/officeDocument']")
        kind = types.find(f"{{{CONTENT_TYPES}}}Override[@PartName='/{_BODY}']")
        if (
            main is None
            or target_name("", main.get("Target", "")) != _BODY
            or kind is None
            or kind.get("ContentType") != DOCUMENT_TYPE
            or _BODY not in package
        ):
            raise self._refuse(
                "is not an ordinary Word document (it may hold macros, or be a .dotx). Open it in "
                "Word and save it as “Word Document (.docx)”."
            )
        forget_attached_template(package)
        elsewhere = why_not_by_itself(package)
        if elsewhere:
            raise self._refuse(elsewhere)
        for part in ("word/comments.xml", "word/endnotes.xml"):
            if part in package and _speaks(package[part]):
                what = "comments" if "comments" in part else "endnotes"
                raise self._refuse(f"has {what}. Delete them and save it again.")
        return package

    def _part(self, package: Package, part: str) -> Element:
        try:
            root = parse(package[part])
        except etree.XMLSyntaxError as error:
            raise self._refuse(
                f"is damaged in “{part}”. Open it in Word and save it again."
            ) from error
        if root.nsmap.get("w") != W:
            raise self._refuse(
                "is saved in a form of Word file that letters cannot use. Save it in Word as "
                "“Word Document (.docx)”, not “Strict Open XML”."
            )
        if next(root.iter(*_CHANGED), None) is not None:
            raise self._refuse(
                "has tracked changes. Accept or reject all of them in Word and save it again."
            )
        not_alone = why_not_alone(root)
        if not_alone:
            raise self._refuse(not_alone)
        _tidy(root)
        if part == _BODY:
            name_default_styles(root, package[_STYLES] if _STYLES in package else b"")
        self.check.check_paragraphs(root)
        return root

    def _tree(self, source: str) -> nodes.Template:
        from docxtpl import DocxTemplate  # here: only who makes letters should wait for it

        resolved: str = DocxTemplate(io.BytesIO()).patch_xml(_LINES.sub(" ", source))
        return self.check.check_source(place_bars(resolved))

    def _try_out(self, template: Template) -> None:
        """Render with lists full and empty, all conditions true and false: it must be sound."""
        for some in (2, 0):
            values = {field: self._sample(field, some) for field in template.fields}
            rendered = template.render(values)
            for part, content in rendered.parts.items():
                whole = rendered._whole(part, content)
                try:
                    root = parse(whole.encode("utf-8"))
                except etree.XMLSyntaxError as error:
                    raise self._refuse(
                        "has tags that tear its paragraphs or tables apart. Put each {%p … %} in a "
                        f"paragraph of its own and each {{%tr … %}} in a row of its own ({error})."
                    ) from error
                if any(len(cell) == 0 or cell[-1].tag != w("p") for cell in root.iter(w("tc"))):
                    raise self._refuse(
                        "has a table cell that can become empty, which Word cannot open. Add an "
                        "empty line at the end of the cell that holds the {%p … %} tags."
                    )

    def _sample(self, field: str, some: int) -> object:
        if field not in self.lists:
            return "x" * some
        columns = self.lists[field]
        row: object = {column: "x" for column in columns} if columns else "x"
        return [row] * some

    def _refuse(self, why: str) -> TemplateError:
        return TemplateError(f"The template “{self.name}” {why}")

    def _stop_on_problems(self) -> None:
        if self.check.problems:
            problems = "\n".join(f"- {problem}" for problem in self.check.problems)
            raise TemplateError(f"The template “{self.name}” cannot be used:\n{problems}")


def read_template(path: Path) -> bytes:
    """Read a template's file; ``TemplateError`` says what to do when that cannot be done."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise TemplateError(
            f"The template “{path.name}” was not found in “{path.parent}”."
        ) from error
    except OSError as error:
        raise TemplateError(
            f"The template “{path.name}” cannot be read now. If it is open in Word, close it."
        ) from error


def _other_parts(package: Package) -> list[str]:
    """Return the headers, footers and footnotes of the template, in archive order."""
    kinds = {PART_TYPE.format(kind) for kind in ("header", "footer", "footnotes")}
    types = parse(package["[Content_Types].xml"])
    named = {
        one.get("PartName", "").lstrip("/")
        for one in types.iter(f"{{{CONTENT_TYPES}}}Override")
        if one.get("ContentType") in kinds
    }
    return [name for name in package.names if name in named]


def _speaks(part: bytes) -> bool:
    return any((text.text or "").strip() for text in parse(part).iter(w("t")))


def _tidy(root: Element) -> None:
    """Take out what only serves editing; two letters must not share such marks in one file."""
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        for name in [name for name in element.attrib if _REVISION.fullmatch(str(name))]:
            del element.attrib[name]
        if element.tag in _DROPPED or _is_editing_mark(element):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)


def _is_editing_mark(element: Element) -> bool:
    if element.tag == w("bookmarkStart"):
        return element.get(w("name")) == "_GoBack"
    parent = element.getparent()
    return element.tag == w("id") and parent is not None and parent.tag == w("sdtPr")


def _split_body(root: Element) -> tuple[str, str]:
    """Return the body as it goes under :data:`HEAD`, and the properties of its last section."""
    _drop_unknown_extensions(root)
    old = root.find(w("body"))
    assert old is not None
    new_root = etree.fromstring((HEAD + FOOT).encode("utf-8"))
    body = new_root[0]
    for child in list(old):
        body.append(child)
    last = body[-1] if len(body) else None
    if last is None or last.tag != w("sectPr"):
        last = etree.SubElement(body, w("sectPr"))
    _mark_section(body, last)
    last.addprevious(etree.ProcessingInstruction("rollbook-end"))
    text = etree.tostring(new_root, encoding="unicode")
    before, _, after = text.partition(_END_MARK)
    return before.partition("<w:body>")[2], after.removesuffix(FOOT)


def _mark_section(body: Element, section: Element) -> None:
    """Leave a mark in the last paragraph; add a paragraph where the body ends otherwise."""
    last = section.getprevious()
    if last is None or last.tag != w("p") or "{%" in _all_text(last):
        holder = etree.fromstring(f'<w:body xmlns:w="{W}">{_LAST_PARAGRAPH}</w:body>')
        last = holder[0]
        section.addprevious(last)
    properties = last.find(w("pPr"))
    if properties is None:
        properties = etree.Element(w("pPr"))
        last.insert(0, properties)
    properties.append(etree.ProcessingInstruction("rollbook-section"))


def _all_text(element: Element) -> str:
    return "".join(text.text or "" for text in element.iter(w("t")))


def _drop_unknown_extensions(root: Element) -> None:
    """Drop what newer Words add and declare ignorable, when older ones need not know it."""
    known = frozenset(NAMESPACES.values())
    prefixes = (root.get(f"{{{MC}}}Ignorable") or "").split()
    ignorable = {root.nsmap[prefix] for prefix in prefixes if prefix in root.nsmap} - known
    if not ignorable:
        return
    for element in list(root.iter()):
        for name in [one for one in element.attrib if etree.QName(one).namespace in ignorable]:
            del element.attrib[name]
        parent = element.getparent()
        if etree.QName(element).namespace in ignorable and parent is not None:
            parent.remove(element)


class _ColumnsAsItems(NodeTransformer):
    """``row.date`` → ``row["date"]``: rows are mappings, and attributes are never looked at."""

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:  # noqa: N802
        if isinstance(node.node, nodes.Name) and node.node.name == "loop":
            return node
        return nodes.Getitem(node.node, nodes.Const(node.attr), "load", lineno=node.lineno)


@dataclass(slots=True)
class _PartSource:
    """A compiled part. The newest letterhead is remembered: most letters have the same."""

    fill: Callable[..., str]
    fields: tuple[str, ...]
    remembers: bool
    newest: tuple[object, str] = (None, "")

    @classmethod
    def of(
        cls, environment: Environment, tree: nodes.Template, name: str, remembers: bool
    ) -> "_PartSource":
        """Compile a part whose tags were checked."""
        fields = tuple(sorted(find_undeclared_variables(tree)))
        tree = _ColumnsAsItems().visit(tree)
        tree.set_environment(environment)
        code = environment.compile(tree, name=name, filename=name)
        template = environment.template_class.from_code(environment, code, {})
        return cls(template.render, fields, remembers)

    def render(self, values: Values) -> str:
        """Fill the part."""
        if not self.remembers:
            return self.fill(values)
        used = [values[field] for field in self.fields]
        before, content = self.newest
        if used != before:
            content = self.fill(values)
            self.newest = used, content
        return content


# --- values --------------------------------------------------------------------------------------


def _unprintable(values: Values) -> Iterator[Problem]:
    for field, value in values.items():
        texts: list[str] = []
        _gather(value, texts)
        for text in texts:
            found = _FORBIDDEN.search(text)
            if found:
                yield hold(
                    "unprintable-character",
                    f"The value of {field} holds a character that no letter can print "
                    f"(U+{ord(found[0]):04X}). Correct it where it was entered, and export again.",
                    value=_FORBIDDEN.sub("\ufffd", text),
                )
                break


def _all_text_of(values: Values) -> str:
    """Return every text among the values, one after another, to be searched."""
    texts: list[str] = []
    for value in values.values():
        _gather(value, texts)
    return "".join(texts)


def _gather(value: object, texts: list[str]) -> None:
    if isinstance(value, str):
        texts.append(value)
    elif isinstance(value, Mapping):
        texts.extend(value.values())
    elif isinstance(value, Iterable):
        for one in value:
            _gather(one, texts)


def _broken_into_lines(content: str) -> str:
    """Write the new lines and tabs of values as Word does; the template itself has none."""
    content = content.replace("\r\n", "\n")
    return _LINES.sub(lambda one: _TAB if one[0] == "\t" else _BREAK, content)


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return _FORBIDDEN.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {column: _cleaned(one) for column, one in value.items()}
    if isinstance(value, Sequence):
        return [_cleaned(one) for one in value]
    return value
