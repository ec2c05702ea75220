"""The tags a letter may hold, and the sentence a clerk reads when one is not right.

A template is written by a clerk and may come from a stranger, so a tag is never run before it has
been read: fields of the published list, ``if``, ``for`` over the few fields that are lists, and
three ways to print. Everything else is refused, by :func:`check_paragraphs` with the words of the
paragraph around it, and once more on the whole source by :func:`check_source`.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from rollbook.documents.autocorrect import undo_autocorrect
from rollbook.documents.word import Element, own_text, w

LISTS: Mapping[str, tuple[str, ...]] = {
    "address_lines": (),
    "absences": ("date", "part", "meaning", "minutes", "counted"),
    "classes": ("name", "offered", "attended", "minimum", "missed", "left"),
    "support_given": (),
    "facts": ("label", "value"),
    "answers": ("number", "question", "answer", "why"),
}
"""Fields that are lists. A list of rows names its columns; a list of lines has none."""

_LOOP = ("first", "last", "index")
# A tag never holds the beginning of another, so a text full of beginnings is read in one go.
_ANY_TAG = re.compile(
    r"\{\{(?:(?!\{[{%#]).)*?\}\}|\{%(?:(?!\{[{%#]).)*?%\}|\{#(?:(?!\{[{%#]).)*?#\}", re.DOTALL
)
_TAG_EDGE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_BLOCK = re.compile(r"\{%(?:(p|tr|tc|r)\s)?\s*(\w+)\b(.*?)%\}", re.DOTALL)
_SWALLOWS = re.compile(r"\{[{%]-|-[}%]\}")
_PRINTS_PART = re.compile(r"\{\{(p|tr|tc|r)\s")
_SINGLE = re.compile(r"(?<!\{)\{\s*([A-Za-z_]+)\s*\}(?!\})|«\s*([A-Za-z_]+)\s*»")
_LONGEST = 500  # signs of a tag
_DEEPEST = 20  # blocks inside each other
_LOOPS = 2  # loops inside each other: a third would print a letter without end
_STANDS_ALONE = {"p": "paragraph", "tr": "table row"}


def letter_environment() -> Environment:
    """Return the sandbox letters are rendered in: nothing in it but the values."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=0,
    )
    environment.globals.clear()
    environment.tests.clear()
    kept = {name: environment.filters[name] for name in ("upper", "lower", "capitalize")}
    environment.filters.clear()
    environment.filters.update(kept)
    return environment


@dataclass(frozen=True, slots=True)
class TagProblem:
    """A tag that cannot be used: the words of its paragraph, why, and what may have been meant."""

    where: str
    tag: str
    why: str
    suggestion: str = ""

    def __str__(self) -> str:
        where = f"in the paragraph “{self.where}”, " if self.where else ""
        what = f"the tag {self.tag}" if self.tag else "a tag"
        guess = f" {self.suggestion}" if self.suggestion else ""
        return f"{where}{what} {self.why}{guess}"


@dataclass(frozen=True, slots=True)
class _Open:
    """A block that has been opened and not yet closed: where, and what it names."""

    word: str
    kind: str
    tag: str
    paragraph: Element
    variable: str = ""
    of: str = ""


@dataclass(slots=True)
class TagCheck:
    """Reads the tags of one template: ``problems`` cannot be used, ``fields`` were asked for.

    ``always`` are those printed whatever the values are (in no ``if``), columns as
    ``absences.date``.
    """

    allowed: Collection[str]
    lists: Mapping[str, tuple[str, ...]]
    environment: Environment
    problems: list[TagProblem] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    always: set[str] = field(default_factory=set)
    _open: list[_Open] = field(default_factory=list)
    _where: str = ""

    def check_paragraphs(self, root: Element) -> None:
        """Check every tag of a part, paragraph by paragraph, in the order they are read.

        What Word's autocorrect did to a tag is undone in ``root`` first.
        """
        undo_autocorrect(root, self.allowed)
        self._open = []
        for paragraph in root.iter(w("p")):
            self._check_paragraph(paragraph)
        for block in self._open:
            self._where = own_text(block.paragraph)
            self._refuse(block.tag, f"is never closed. Put {_closing(block)} where it ends.")
        self._check_hidden(root)

    def check_source(self, source: str) -> nodes.Template:
        """Check the whole source as it will run; nothing unchecked gets past this."""
        self._where = ""
        try:
            tree = self.environment.parse(source)
        except TemplateSyntaxError as error:
            self._refuse("", f"does not fit with the others: {error.message}.")
            return nodes.Template([])
        self._check_body(tree.body, {})
        return tree

    # --- a paragraph ---------------------------------------------------------------------------

    def _check_paragraph(self, paragraph: Element) -> None:
        text = own_text(paragraph)
        if "{" not in text and "}" not in text and "«" not in text:
            return
        self._where = text
        for tag in _ANY_TAG.findall(text):
            self._check_tag(tag, paragraph)
        rest = _ANY_TAG.sub("", text)
        for edge in dict.fromkeys(_TAG_EDGE.findall(rest)):
            self._refuse(edge, "has no partner in this paragraph. A tag opens and closes together.")
        for single in _SINGLE.finditer(rest):
            name = single[1] or single[2]
            if name in self.allowed:
                self._refuse(single[0], f"needs two braces on each side: {{{{ {name} }}}}.")

    def _check_tag(self, tag: str, paragraph: Element) -> None:
        if tag.startswith("{#"):
            return
        if len(tag) > _LONGEST:
            self._refuse(f"{tag[:40]}…", "is too long for a tag.")
        elif _SWALLOWS.search(tag):
            self._refuse(tag, "has a minus sign beside its brace. Leave the minus out.")
        elif tag.startswith("{{"):
            self._check_print(tag)
        else:
            self._check_block(tag, paragraph)

    def _check_print(self, tag: str) -> None:
        if _PRINTS_PART.match(tag):
            self._refuse(tag, "prints more than text. Write {{ and the field’s name, nothing else.")
        else:
            self._check_snippet(tag, tag)

    def _check_block(self, tag: str, paragraph: Element) -> None:
        match = _BLOCK.fullmatch(tag)
        word = match[2] if match else ""
        if match is None or word not in ("if", "elif", "else", "endif", "for", "endfor"):
            self._refuse(tag, "is not a tag a letter may use. Letters know if, else and for.")
            return
        kind = match[1] or ""
        if kind == "tc":
            self._refuse(tag, "repeats table cells, which letters do not do. Repeat rows with tr.")
            return
        if kind in _STANDS_ALONE and not _alone(tag, kind, paragraph):
            self._refuse(
                tag,
                f"must stand alone in its {_STANDS_ALONE[kind]}: other words there would be lost.",
            )
        if word in ("if", "for"):
            self._open_block(word, kind, tag, match[3], paragraph)
        else:
            self._close_block(word, kind, tag, match[3], paragraph)

    def _open_block(self, word: str, kind: str, tag: str, rest: str, at: Element) -> None:
        self._check_snippet(f"{{% {word}{rest} %}}{{% end{word} %}}", tag)
        variable, of = "", ""
        loop = re.fullmatch(r"\s*(\w+)\s+in\s+(\w+)\s*", rest)
        if word == "for" and loop:
            variable, of = loop[1], loop[2]
        self._open.append(_Open(word, kind, tag, at, variable, of))
        loops = sum(block.word == "for" for block in self._open)
        if len(self._open) > _DEEPEST or (word == "for" and loops > _LOOPS):
            self._refuse(tag, "stands inside too many others. Take some of them out.")

    def _close_block(self, word: str, kind: str, tag: str, rest: str, at: Element) -> None:
        block = self._open[-1] if self._open else None
        wanted = {"endfor": ("for",), "else": ("if", "for")}.get(word, ("if",))
        if block is None or block.word not in wanted:
            what = f"closes nothing that is open; open just before is {block.tag}" if block else ""
            self._refuse(tag, f"{what or 'closes nothing that is open'}.")
            return
        if _container(kind, at) is not _container(block.kind, block.paragraph):
            self._refuse(
                tag,
                f"does not stand where {block.tag} stands. Write both in one paragraph, or both as "
                f"{{%p … %}} in paragraphs of their own, or both as {{%tr … %}} in table rows.",
            )
        if word == "elif":
            self._check_snippet(f"{{% if{rest} %}}{{% endif %}}", tag)
        if word.startswith("end"):
            self._open.pop()

    def _check_snippet(self, snippet: str, tag: str) -> None:
        scope = {one.variable: one.of for one in self._open if one.of in self.lists}
        inside_if = any(block.word == "if" for block in self._open)
        try:
            tree = self.environment.parse(snippet)
        except TemplateSyntaxError as error:
            self._refuse(tag, f"cannot be read: {error.message}.")
            return
        self._check_body(tree.body, scope, tag=tag, sure=not inside_if)

    def _check_hidden(self, root: Element) -> None:
        for element in root.iter():
            if not isinstance(element.tag, str):
                continue
            places = [str(value) for value in element.attrib.values()]
            if element.tag != w("t"):
                places.append(element.text or "")
            for place in places:
                if "{{" in place or "{%" in place:
                    self._where = place
                    self._refuse(
                        place.strip(),
                        "stands in a link, a picture’s description or a Word field. Tags work in "
                        "plain text only.",
                    )

    # --- an expression -------------------------------------------------------------------------

    def _check_body(
        self,
        body: list[nodes.Node],
        scope: Mapping[str, str],
        *,
        tag: str = "",
        sure: bool = False,
    ) -> None:
        for node in body:
            if isinstance(node, nodes.Output):
                for child in node.nodes:
                    if not isinstance(child, nodes.TemplateData):
                        self._check_printed(child, scope, tag, sure)
            elif isinstance(node, nodes.If):
                self._check_condition(node.test, scope, tag)
                inner = [*node.body, *node.elif_, *node.else_]
                self._check_body(inner, scope, tag=tag)
            elif isinstance(node, nodes.For):
                inside = self._check_for(node, scope, tag)
                self._check_body(node.body, inside, tag=tag, sure=sure)
                self._check_body(node.else_, scope, tag=tag)
            else:
                self._refuse(tag, "is not a tag a letter may use.")

    def _check_for(self, node: nodes.For, scope: Mapping[str, str], tag: str) -> Mapping[str, str]:
        if (
            not isinstance(node.iter, nodes.Name)
            or not isinstance(node.target, nodes.Name)
            or node.test is not None
            or node.recursive
        ):
            self._refuse(tag, f"can only go through a list: {_list_of(self.lists)}.")
            return scope
        name = node.iter.name
        if name not in self.lists or name not in self.allowed:
            self._refuse(tag, f"can only go through a list: {_list_of(self.lists)}.", name)
            return scope
        if node.target.name in self.allowed or node.target.name == "loop":
            self._refuse(tag, f"needs a name of its own in place of “{node.target.name}”.")
        self.fields.add(name)
        return {**scope, node.target.name: name}

    def _check_printed(
        self, node: nodes.Node, scope: Mapping[str, str], tag: str, sure: bool
    ) -> None:
        if isinstance(node, nodes.Filter):
            if node.name not in self.environment.filters or node.args or node.kwargs:
                known = ", ".join(sorted(self.environment.filters))
                self._refuse(tag, f"uses “{node.name}”; letters know only {known}.")
            elif node.node is not None:
                self._check_printed(node.node, scope, tag, sure)
        elif isinstance(node, nodes.Name):
            self._check_name(node.name, scope, tag, sure)
        elif isinstance(node, nodes.Getattr):
            self._check_column(node, scope, tag, sure)
        else:
            self._refuse(tag, "is more than a field’s name.")

    def _check_name(self, name: str, scope: Mapping[str, str], tag: str, sure: bool) -> None:
        if name in scope:
            columns = self.lists[scope[name]]
            if columns:
                choice = " or ".join(f"{name}.{column}" for column in columns)
                self._refuse(tag, f"is a whole row. Write {choice}.")
            elif sure:
                self.always.add(scope[name])
        elif name not in self.allowed:
            self._refuse(tag, "asks for a field that does not exist.", name)
        elif name in self.lists:
            self._refuse(tag, f"is a list. Write {{%p for one in {name} %}} … {{%p endfor %}}.")
        else:
            self.fields.add(name)
            if sure:
                self.always.add(name)

    def _check_column(
        self, node: nodes.Getattr, scope: Mapping[str, str], tag: str, sure: bool
    ) -> None:
        base = node.node.name if isinstance(node.node, nodes.Name) else ""
        if base == "loop" and scope and node.attr in _LOOP:
            return
        columns = self.lists[scope[base]] if base in scope else ()
        if node.attr not in columns:
            have = f" It has {', '.join(columns)}." if columns else ""
            near = get_close_matches(node.attr, columns, n=1)
            guess = f" Did you mean {base}.{near[0]}?" if near else ""
            self._refuse(tag, f"asks for “.{node.attr}”, which is not there.{have}{guess}")
        elif sure:
            self.always.add(f"{scope[base]}.{node.attr}")

    def _check_condition(self, node: nodes.Node, scope: Mapping[str, str], tag: str) -> None:
        if isinstance(node, nodes.And | nodes.Or):
            self._check_condition(node.left, scope, tag)
            self._check_condition(node.right, scope, tag)
        elif isinstance(node, nodes.Not):
            self._check_condition(node.node, scope, tag)
        elif isinstance(node, nodes.Compare) and all(one.op in ("eq", "ne") for one in node.ops):
            self._check_condition(node.expr, scope, tag)
            for one in node.ops:
                self._check_condition(one.expr, scope, tag)
        elif isinstance(node, nodes.Name) and node.name in self.lists:
            if node.name in self.allowed:
                self.fields.add(node.name)
            else:
                self._refuse(tag, "asks for a field that does not exist.", node.name)
        elif isinstance(node, nodes.Name | nodes.Getattr):
            self._check_printed(node, scope, tag, False)
        elif not (isinstance(node, nodes.Const) and isinstance(node.value, str)):
            self._refuse(tag, "may only ask whether a field has a value, or equals a text.")

    # --- saying so -----------------------------------------------------------------------------

    def _refuse(self, tag: str, why: str, name: str = "") -> None:
        near = get_close_matches(name, list(self.allowed), n=1) if name else []
        guess = f"Did you mean {near[0]}?" if near else ""
        self.problems.append(TagProblem(short(self._where), tag, why, guess))


def _container(kind: str, paragraph: Element) -> Element | None:
    """Return what both ends of a block must stand in: the paragraph, its parent, or the table."""
    if kind == "p":
        return paragraph.getparent()
    if kind == "tr":
        row = _row(paragraph)
        return None if row is None else row.getparent()
    return paragraph


def _alone(tag: str, kind: str, paragraph: Element) -> bool:
    if kind == "p":
        return own_text(paragraph).strip() == tag
    row = _row(paragraph)
    if row is None:
        return False
    return "".join(own_text(one) for one in row.iter(w("p"))).strip() == tag


def _row(paragraph: Element) -> Element | None:
    return next(paragraph.iterancestors(w("tr")), None)


def _closing(block: _Open) -> str:
    return f"{{%{block.kind} end{block.word} %}}"


def _list_of(lists: Mapping[str, tuple[str, ...]]) -> str:
    return ", ".join(lists)


def short(text: str, most: int = 120) -> str:
    """Return the words of a paragraph on one line, cut where they grow too many."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
