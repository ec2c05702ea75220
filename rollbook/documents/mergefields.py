"""Word's own mail merge: templates with MERGEFIELD fields become templates with our tags.

A district's letters have served for years and are to work as they are. So each field of Word's is
read the way Word reads it (codes over many runs, fields inside fields, switches), and what a letter
can do is written as a tag: a value, a text that depends on a value, a table's row for each date.
What a letter must not do, such as asking the clerk or another file, is refused in a sentence.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from lxml import etree

from rollbook.documents.mergecodes import all_names, couples_in, is_day, merge_name, texts_around
from rollbook.documents.mergenames import (
    AFTER_STREET,
    FIRST_NAMES,
    STREETS,
    SURNAMES,
    FieldNames,
    squashed,
)
from rollbook.documents.tags import LISTS, short
from rollbook.documents.word import Element, own_text, parse, relations_name, w, write_xml
from rollbook.documents.wordfields import (
    NESTED,
    WordField,
    fields_of,
    stories,
    unquoted,
    write_plainly,
)
from rollbook.package import Package
from rollbook.problems import RefusedFile, TemplateError

_NONE: Mapping[str, str] = MappingProxyType({})
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
_SETTINGS = "word/settings.xml"
_DATA_SOURCES = ("mailMergeSource", "mailMergeHeaderSource", "recipientData")
_SAFE_TEXT = re.compile(r'[^"\\{}<>&*?\ue000]*')
_ROW = "row"

_REFUSED: Mapping[str, str] = {
    "NEXT": "goes on to the next student. Take it out: each letter is about one student, and a "
    "table’s row is repeated by itself.",
    "ASK": "asks the clerk a question for each letter, which a batch cannot do. Take it out.",
    "INCLUDETEXT": "brings in another file, which may change or be missing at a reprint. Paste "
    "its words into this template.",
    "GREETINGLINE": "makes a greeting by Word’s own rules. Write the greeting yourself, such as "
    "Dear {{ guardian_name }},",
    "SAVEDATE": "changes with the day or the file, and a reprint must be the same. Use "
    "{{ letter_date }}.",
    "SET": "keeps a value of its own. Take it out, and write the value where it is needed.",
    "MERGEREC": "counts Word’s data. Use {{ serial }}, the letter’s own number.",
}
_SAME_AS: Mapping[str, str] = {
    **dict.fromkeys(("NEXTIF", "SKIPIF"), "NEXT"),
    "FILLIN": "ASK",
    **dict.fromkeys(("INCLUDEPICTURE", "DATABASE", "LINK", "DDE", "DDEAUTO", "RD"), "INCLUDETEXT"),
    **dict.fromkeys(("PRINTDATE", "CREATEDATE", "EDITTIME", "TIME", "FILENAME"), "SAVEDATE"),
    "MERGESEQ": "MERGEREC",
}
_OURS = frozenset(("MERGEFIELD", "ADDRESSBLOCK", "IF", "DATE", "TIME", *_REFUSED, *_SAME_AS))


@dataclass(frozen=True, slots=True)
class MergeName:
    """A merge field as the template names it, and the field of ours it means; empty when none."""

    name: str
    field: str


@dataclass(frozen=True)
class Converted:
    """A template with tags in place of merge fields, and what has to be told of it."""

    content: bytes
    names: tuple[MergeName, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def with_tags(
    content: bytes,
    own_names: Mapping[str, str] = _NONE,
    *,
    allowed: Collection[str] = (),
    lists: Mapping[str, tuple[str, ...]] = LISTS,
    name: str = "letter.docx",
) -> bytes:
    """Return the template with tags in place of Word's merge fields; the same when it has none.

    ``own_names`` are the office's names of fields: ``{"Child": "student_name"}``. With ``allowed``
    a name must mean one of these fields; without, it is only spelled our way. Raises
    ``TemplateError`` when a field cannot be taken over, naming each with its paragraph.
    """
    converted = convert(content, own_names, allowed=allowed, lists=lists)
    if converted.problems:
        problems = "\n".join(f"- {problem}" for problem in converted.problems)
        raise TemplateError(f"The template “{name}” cannot be used:\n{problems}")
    return converted.content


def convert(
    content: bytes,
    own_names: Mapping[str, str] = _NONE,
    *,
    allowed: Collection[str] = (),
    lists: Mapping[str, tuple[str, ...]] = LISTS,
) -> Converted:
    """Do as :func:`with_tags` does, and tell all there is to tell in place of raising.

    What is no sound Word file is returned as it is; compiling says what is wrong with it.
    """
    try:
        package = Package.read(Path("letter.docx"), content)
        parts = {name: package[name] for name in package.names if _PARTS.fullmatch(name)}
        roots = {name: parse(part) for name, part in parts.items() if _has_fields(part)}
        linked = _unlink(package)
    except (RefusedFile, etree.XMLSyntaxError, KeyError):
        return Converted(content)
    work = _Work(FieldNames(allowed, lists, own_names))
    for root in roots.values():
        work.convert_part(root)
    if not work.changed and not work.problems and not linked:
        return Converted(content)
    work.problems += [f"{said}. Correct it." for said in work.known.wrong_own(work.names)]
    for part, root in roots.items():
        package.put(part, write_xml(root))
    names = (MergeName(name, meant) for name, meant in sorted(work.names.items()))
    return Converted(
        package.to_bytes(),
        tuple(names),
        tuple(dict.fromkeys(work.problems)),
        tuple(dict.fromkeys(work.notes)),
    )


def _has_fields(part: bytes) -> bool:
    return b"fldChar" in part or b"fldSimple" in part


def _unlink(package: Package) -> bool:
    """Take out the link to the data of Word's mail merge: Word would ask for it on opening."""
    if _SETTINGS not in package or b"mailMerge" not in package[_SETTINGS]:
        return False
    settings = parse(package[_SETTINGS])
    for merge in settings.findall(w("mailMerge")):
        settings.remove(merge)
    package.put(_SETTINGS, write_xml(settings))
    relations = relations_name(_SETTINGS)
    if relations in package:
        links = parse(package[relations])
        for link in list(links):
            if link.get("Type", "").rpartition("/")[2] in _DATA_SOURCES:
                links.remove(link)
        package.put(relations, write_xml(links))
    return True


# --- writing tags --------------------------------------------------------------------------------


class _Refused(Exception):
    """A field that cannot be taken over; the message follows its name in the sentence."""


@dataclass(slots=True)
class _Work:
    """The conversion of one template: what was met, and what has to be said."""

    known: FieldNames
    names: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changed: bool = False
    _row_of: str = ""

    def convert_part(self, root: Element) -> None:
        """Write tags in place of the merge fields of one part."""
        write_plainly(root, _OURS)
        for story in stories(root):
            found = list(_outermost(fields_of(story)))
            found = self._whole_addresses(found)
            rows = self._rows(found)
            couples = couples_in(found)
            for one in found:
                self._row_of = rows.get(_row_around(one), "")
                if id(one) in couples:
                    self._put(one, couples[id(one)])
                else:
                    self._convert(one)
            for row, of in rows.items():
                if row is not None:
                    _repeat(row, of)

    def _whole_addresses(self, found: list[WordField]) -> list[WordField]:
        """Take out the lines that go on with an address after its street; return what is left.

        Our address is printed whole where the street stands. A line that says more than the town,
        the state and the postcode is left as it is, and refused for them.
        """
        left: list[WordField] = []
        street: Element | None = None  # what holds the line of the street: the body, or a cell
        lines = groupby(found, key=lambda one: _paragraph(one.runs[0]))
        for paragraph, here in ((line, list(fields)) for line, fields in lines):
            names = [merge_name(one)[1] if one.keyword == "MERGEFIELD" else "" for one in here]
            plain = [squashed(name) for name in names]
            known = any(self.known.field(name) or self.known.is_left_out(name) for name in names)
            parts = not known and all(name in AFTER_STREET for name in plain)
            holder = None if paragraph is None else paragraph.getparent()
            if (
                parts
                and paragraph is not None
                and holder is not None
                and holder is street
                and _says_only(paragraph, here)
            ):
                holder.remove(paragraph)
                self.names |= dict.fromkeys(names, "(printed with the street)")
                self.changed = True
            else:
                left += here
                street = holder if any(name in STREETS for name in plain) else None
        return left

    def _convert(self, one: WordField) -> None:
        paragraph = _paragraph(one.runs[0])
        where = short(own_text(paragraph)) if paragraph is not None else ""
        try:
            if not one.ended or any(_paragraph(run) is not paragraph for run in one.runs):
                raise _Refused("goes over several paragraphs. Keep it in one.")
            self._write(one, self._text(one))
        except _Refused as why:
            said = f"in the paragraph “{where}”, " if where else ""
            self.problems.append(f"{said}{_called(one)} {why}")

    def _put(self, one: WordField, whole: str) -> None:
        """Write a name given by two fields as our one; the second, and what parts them, goes."""
        _, name, _ = merge_name(one)
        if whole:
            self.names[name] = whole
            self._write(one, f"{{{{ {whole} }}}}")
        else:
            self.names[name] = "(printed with the first name)"
            _drop_blank_before(one.runs[0])
            self._write(one, "")

    def _write(self, one: WordField, text: str) -> None:
        run = etree.Element(w("r"))
        look = next((shown.find(w("rPr")) for shown in [*one.shown, *one.runs]), None)
        if look is not None:
            run.append(deepcopy(look))
        for place, line in enumerate(text.split("\n")):
            if place:
                etree.SubElement(run, w("br"))
            part = etree.SubElement(run, w("t"))
            part.text = line
            part.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        if text:
            one.runs[0].addprevious(run)
        for old in one.runs:
            parent = old.getparent()
            if parent is not None:
                parent.remove(old)
        self.changed = True

    def _text(self, one: WordField) -> str:
        """Return a field as text with tags; new lines are line breaks."""
        keyword = one.keyword
        if keyword == "MERGEFIELD":
            return self._value(one)
        if keyword == "ADDRESSBLOCK":
            self.names["AddressBlock"] = "guardian_name and address_lines"
            return f"{{{{ guardian_name }}}}\n{_lines('address_lines')}"
        if keyword == "IF":
            return self._choice(one)
        if keyword == "DATE" or (keyword == "TIME" and is_day(one)):
            self.notes.append(
                "Word’s field for today’s date prints {{ letter_date }}: a reprint must be the same"
            )
            return "{{ letter_date }}"
        word = _SAME_AS.get(keyword, keyword)
        if word in _REFUSED:
            raise _Refused(_REFUSED[word])
        raise _Refused("holds a merge field inside another field of Word, which letters cannot do.")

    def _value(self, one: WordField) -> str:
        switches, name, filters = merge_name(one)
        for switch in switches & {"@", "#"}:
            self.notes.append(
                f"«{name}»: its \\{switch} switch is not used; dates and numbers are already "
                "worded in the family’s language"
            )
        if "caps" in switches:
            self.notes.append(
                f"«{name}»: its capitals switch is not used; names are printed as the school "
                "spells them"
            )
        meant = self._meant(name)
        self.names[name] = meant.replace(f"{_ROW}.", f"{self._row_of}.") or "(nothing)"
        if not meant:
            return ""
        before, after = texts_around(one)
        value = _lines(meant) if meant in self.known.lists else f"{{{{ {meant}{filters} }}}}"
        return f"{{% if {meant} %}}{before}{value}{after}{{% endif %}}" if before + after else value

    def _meant(self, name: str) -> str:
        column = self.known.column(name, self._row_of, bare=True) if self._row_of else ""
        if column:
            return f"{_ROW}.{column}"
        meant = self.known.field(name)
        columns = self.known.lists.get(meant, ())
        if (meant and not columns) or self.known.is_left_out(name):
            return meant
        self.names.setdefault(name, "")
        listed = self.known.list_with(name) if not meant else meant
        if listed:
            raise _Refused(
                f"belongs to the list “{listed}”. Put it into a row of a table; the row is then "
                "repeated by itself."
            )
        if squashed(name) in STREETS and "address_lines" in (self.known.allowed or LISTS):
            return "address_lines"
        if squashed(name) in AFTER_STREET:
            raise _Refused(
                "is a part of the address, which is printed whole. Put one merge field "
                "Address_Block in place of the street, city, state and postcode."
            )
        if squashed(name) in SURNAMES or squashed(name) in FIRST_NAMES:
            raise _Refused(
                "is half of a name, and names are printed whole. Use Student_Name or Parent_Name."
            )
        if not name:
            raise _Refused("has no name. Take it out, or insert it again in Word.")
        spelled = {squashed(one): one for one in self.known.allowed}
        near = get_close_matches(squashed(name), list(spelled), n=1)
        like = spelled[near[0]] if near else ""
        raise _Refused(
            f"is a name Rollbook does not know. {f'Did you mean {like}? ' if like else ''}If it is "
            "your own name of a field, say so in office.toml, under [letters.merge_fields]: "
            f'"{short(name, 60)}" = "{like or "the field"}". With "" nothing is printed for it.'
        )

    def _choice(self, one: WordField) -> str:
        words = one.arguments
        words = words[: next((at for at, word in enumerate(words) if word[0] == "\\"), len(words))]
        asked = one.nested(words[0]) if words else None
        if asked is None or asked.keyword != "MERGEFIELD" or not 4 <= len(words) <= 5:
            raise _Refused('can only ask about one merge field: IF «field» = "text" "…" "…".')
        if words[1] not in ("=", "<>"):
            raise _Refused("compares by size, which letters do not do. Only = and <> are known.")
        wanted = unquoted(words[2])
        if not _SAFE_TEXT.fullmatch(wanted):
            raise _Refused("compares with a pattern or another field. Compare with a plain text.")
        _, name, _ = merge_name(asked)
        meant = self._meant(name)
        if not meant:
            raise _Refused(f"asks about «{name}», for which nothing is printed. Take it out.")
        self.names[name] = meant.replace(f"{_ROW}.", f"{self._row_of}.")
        if wanted and meant in self.known.lists:
            raise _Refused(f"asks whether a list equals “{wanted}”; ask whether it is empty.")
        equal = words[1] == "="
        if wanted:
            test = f'{meant} {"==" if equal else "!="} "{wanted}"'
        else:
            test = f"not {meant}" if equal else meant
        then = self._branch(one, words[3])
        other = self._branch(one, words[4]) if len(words) == 5 else ""
        instead = f"{{% else %}}{other}" if other else ""
        return f"{{% if {test} %}}{then}{instead}{{% endif %}}"

    def _branch(self, one: WordField, word: str) -> str:
        def inner(match: re.Match[str]) -> str:
            nested = one.code[int(match[1])]
            return self._text(nested) if isinstance(nested, WordField) else ""

        return NESTED.sub(inner, unquoted(word))

    def _rows(self, found: list[WordField]) -> dict[Element | None, str]:
        """Return the table rows that are to be repeated, each with the list it goes through."""
        names: dict[Element, list[str]] = {}
        for one in found:
            row = _row_around(one)
            if row is not None:
                names.setdefault(row, []).extend(all_names(one))
        rows: dict[Element | None, str] = {}
        for row, here in names.items():
            for of in self.known.row_lists:
                says_so = any(self.known.column(name, of) for name in here)
                like = sum(bool(self.known.column(name, of, bare=True)) for name in here)
                if says_so or like > 1:
                    rows[row] = of
                    break
        return rows


def _merges(one: WordField) -> bool:
    """Say whether a field must be written anew; an IF that asks for the page number need not."""
    inside = any(_merges(piece) for piece in one.code if isinstance(piece, WordField))
    return inside or (one.keyword in _OURS and one.keyword != "IF")


def _outermost(found: list[WordField]) -> Iterator[WordField]:
    """Return the fields to write anew: of a field that stays, those its result shows."""
    for one in found:
        if _merges(one):
            yield one
        else:
            yield from _outermost(one.in_result)


def _lines(of: str) -> str:
    """Return the tags that print a list of lines under each other."""
    return (
        f"{{% for one in {of} %}}{{{{ one }}}}{{% if not loop.last %}}\n{{% endif %}}{{% endfor %}}"
    )


def _called(one: WordField) -> str:
    if one.keyword == "MERGEFIELD":
        return f"the merge field «{short(merge_name(one)[1], 60)}»"
    return f"the Word field {one.keyword}"


def _says_only(paragraph: Element, fields: list[WordField]) -> bool:
    """Say whether a paragraph holds these fields and nothing else but commas and blanks."""
    own = {run for one in fields for run in one.runs}
    others = (own_text(run) for run in paragraph.iter(w("r")) if run not in own)
    return not "".join(others).strip(" ,.\u00a0")


def _drop_blank_before(run: Element) -> None:
    before = run.getprevious()
    parent = run.getparent()
    if before is not None and parent is not None and before.tag == w("r"):
        if not own_text(before).strip():
            parent.remove(before)


def _paragraph(run: Element) -> Element | None:
    return next(run.iterancestors(w("p")), None)


def _row_around(one: WordField) -> Element | None:
    return next(one.runs[0].iterancestors(w("tr")), None)


def _repeat(row: Element, of: str) -> None:
    """Put a row before and after this one that hold the tags which repeat it."""
    row.addprevious(_tag_row(f"{{%tr for {_ROW} in {of} %}}"))
    row.addnext(_tag_row("{%tr endfor %}"))


def _tag_row(tag: str) -> Element:
    row = etree.Element(w("tr"))
    cell = etree.SubElement(row, w("tc"))
    etree.SubElement(cell, w("tcPr"))
    run = etree.SubElement(etree.SubElement(cell, w("p")), w("r"))
    etree.SubElement(run, w("t")).text = tag
    return row
