"""Reading the fields of a Word file: ``MERGEFIELD``, ``IF``, ``PAGE`` and all the others.

Word keeps a field as runs between a beginning and an end, its code cut into pieces wherever the
spelling check or a change of font went through, its last result behind it, other fields inside.
A code is kept here as those pieces: ``[' IF ', <field>, ' = "" "none" "…" ']``.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from rollbook.documents.word import Element, w

_TOKEN = re.compile(r'\\[^\s"]|"((?:\\.|[^"\\])*)"|<>|<=|>=|[=<>]|\ue000\d+\ue001|[^\s"=<>\ue000]+')
_LONGEST = 8_000  # signs of a code that are read: nobody has written a longer one
NESTED = re.compile("\ue000(\\d+)\ue001")


@dataclass(slots=True)
class WordField:
    """One field of Word: its runs from beginning to end, its code, and fields in its result."""

    runs: list[Element]
    code: list["str | WordField"] = field(default_factory=list)
    in_result: list["WordField"] = field(default_factory=list)
    shown: list[Element] = field(default_factory=list)
    reads_code: bool = True
    ended: bool = False

    @property
    def keyword(self) -> str:
        """The first word of the code, in capitals."""
        first = self.code[0] if self.code else ""
        words = first.split() if isinstance(first, str) else []
        return words[0].upper() if words else ""

    def tokens(self) -> list[str]:
        """Return the code in words; a nested field is a mark with its place among the pieces."""
        pieces = (
            piece if isinstance(piece, str) else f"\ue000{place}\ue001"
            for place, piece in enumerate(self.code)
        )
        text = "".join(pieces)[:_LONGEST].replace("“", '"').replace("”", '"')
        return [match[0] for match in _TOKEN.finditer(text)]

    @property
    def arguments(self) -> list[str]:
        """The code in words, without the keyword."""
        return self.tokens()[1:]

    def nested(self, mark: str) -> "WordField | None":
        """Return the nested field that is all of a token, or None."""
        match = NESTED.fullmatch(mark.strip('"').strip())
        piece = self.code[int(match[1])] if match else ""
        return piece if isinstance(piece, WordField) else None


def write_plainly(root: Element, keywords: frozenset[str]) -> None:
    """Write simple fields as Word's complex ones, and let each run hold one thing only."""
    for simple in list(root.iter(w("fldSimple"))):
        code = simple.get(w("instr")) or ""
        if (code.split() or [""])[0].upper() not in keywords:
            continue
        parent = simple.getparent()
        assert parent is not None
        at = parent.index(simple)
        inner = [_mark_run("begin"), _code_run(code), _mark_run("separate"), *simple]
        for place, run in enumerate([*inner, _mark_run("end")]):
            parent.insert(at + place, run)
        parent.remove(simple)
    for run in list(root.iter(w("r"))):
        parent = run.getparent()
        things = [child for child in run if child.tag != w("rPr")]
        marked = any(child.tag in (w("fldChar"), w("instrText")) for child in things)
        if parent is None or not marked or len(things) == 1:
            continue
        for thing in things:
            part = etree.Element(w("r"))
            look = run.find(w("rPr"))
            if look is not None:
                part.append(deepcopy(look))
            part.append(thing)
            run.addprevious(part)
        parent.remove(run)


def _mark_run(kind: str) -> Element:
    run = etree.Element(w("r"))
    etree.SubElement(run, w("fldChar"), {w("fldCharType"): kind})
    return run


def _code_run(code: str) -> Element:
    run = etree.Element(w("r"))
    etree.SubElement(run, w("instrText")).text = code
    return run


def stories(root: Element) -> list[Element]:
    """Return what is read by itself: the part, and each text box in it."""
    return [root, *root.iter(w("txbxContent"))]


def _runs(story: Element) -> Iterator[Element]:
    for child in story:
        if child.tag == w("r"):
            yield child
        elif child.tag != w("txbxContent"):
            yield from _runs(child)


def fields_of(story: Element) -> list[WordField]:
    """Return the fields of a story, those inside another one in it."""
    found: list[WordField] = []
    open_now: list[WordField] = []
    for run in _runs(story):
        mark = run.find(w("fldChar"))
        kind = "" if mark is None else mark.get(w("fldCharType"), "")
        if kind == "begin":
            one = WordField([])
            if open_now:
                outer = open_now[-1]
                if outer.reads_code:
                    outer.code.append(one)
                else:
                    outer.in_result.append(one)
            else:
                found.append(one)
            open_now.append(one)
        for one in open_now:
            one.runs.append(run)
        if not open_now:
            continue
        if kind == "separate":
            open_now[-1].reads_code = False
        elif kind == "end":
            open_now.pop().ended = True
        elif open_now[-1].reads_code:
            open_now[-1].code += [code.text or "" for code in run.findall(w("instrText"))]
        else:
            open_now[-1].shown.append(run)
    for one in found:
        _join_pieces(one)
    return found


def _join_pieces(one: WordField) -> None:
    """Join pieces of text that stand side by side: Word cuts a code where it likes."""
    joined: list[str | WordField] = []
    for piece in one.code:
        last = joined[-1] if joined else None
        if isinstance(piece, str) and isinstance(last, str):
            joined[-1] = last + piece
        else:
            joined.append(piece)
    one.code = joined
    for piece in [*one.code, *one.in_result]:
        if isinstance(piece, WordField):
            _join_pieces(piece)


def unquoted(word: str) -> str:
    """Return a token without its quotation marks."""
    if len(word) > 1 and word[0] == word[-1] == '"':
        word = word[1:-1]
    return re.sub(r'\\(["\\])', r"\1", word)
