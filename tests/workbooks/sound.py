"""What Excel would repair, or refuse, looked for without Excel.

``faults`` goes through one workbook and names everything it finds; ``check_sound`` fails on any.
The orders of elements are those of ECMA-376 part 1, annex A, and of what Microsoft added to them.
"""

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from rollbook.workbooks.cells import Area, column_letters, decode_escapes

SHEET_ORDER = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection "
    "protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells "
    "phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins "
    "pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors "
    "smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls "
    "webPublishItems tableParts extLst"
).split()
WORKBOOK_ORDER = (
    "fileVersion fileSharing workbookPr AlternateContent revisionPtr absPath workbookProtection "
    "bookViews sheets functionGroups externalReferences definedNames calcPr oleSize "
    "customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr "
    "webPublishObjects extLst"
).split()
TABLE_ORDER = "autoFilter sortState tableColumns tableStyleInfo extLst".split()
STYLES_ORDER = (
    "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst"
).split()

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_CELL = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}\Z")
_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576
_LONGEST_TEXT = 32_767
_KINDS = {"b", "n", "e", "s", "str", "inlineStr", "d"}


def check_sound(path: Path) -> None:
    """Fail, naming everything Excel would repair."""
    found = faults(path)
    assert not found, f"{path.name}: " + "; ".join(found)


def faults(path: Path) -> list[str]:
    """Return what Excel would repair in a workbook: nothing, for a sound one."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        parts = {name: archive.read(name) for name in names}
        whole = archive.testzip()
    found = [f"{name} stands twice in the archive" for name, n in Counter(names).items() if n > 1]
    found += [f"{whole} is damaged"] if whole else []
    return found + list(_Workbook(parts).faults())


class _Workbook:
    """The parts of one workbook, parsed."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.parts = parts
        self.trees: dict[str, etree._Element] = {}
        self.broken: list[str] = []
        for name, content in parts.items():
            if name.endswith((".xml", ".rels", ".vml")):
                try:
                    self.trees[name] = etree.fromstring(content)
                except etree.XMLSyntaxError as error:
                    self.broken.append(f"{name} is no XML: {error}")

    def faults(self) -> Iterator[str]:
        """Name what is wrong, part by part."""
        yield from self.broken
        yield from self._types()
        yield from self._links()
        yield from self._compatibility()
        book = next((target for kind, target in self.linked("") if kind == "officeDocument"), "")
        if book not in self.trees:
            yield "the workbook part is missing"
            return
        yield from _order(book, self.trees[book], WORKBOOK_ORDER)
        kinds = dict(self._of_kind(book))
        styles, strings = self.trees.get(kinds.get("styles", "")), kinds.get("sharedStrings", "")
        formats = _count(styles, "cellXfs/xf")
        if styles is not None:
            yield from _order(kinds["styles"], styles, STYLES_ORDER)
            yield from _counted(kinds["styles"], styles)
        texts = _count(self.trees.get(strings), "si")
        yield from self._names(book)
        formulas: dict[int, set[str]] = {}
        tables: list[tuple[str, etree._Element]] = []
        for sheet in self.trees[book].iterfind(f"{_MAIN}sheets/{_MAIN}sheet"):
            part = self._by_id(book, sheet.get(f"{_REL}id"))
            if part not in self.trees:
                yield f"sheet {sheet.get('name')} leads nowhere"
            elif etree.QName(self.trees[part]).localname == "worksheet":
                about = _Sheet(part, self.trees[part], formats, texts, _count(styles, "dxfs/dxf"))
                yield from about.faults()
                formulas[int(sheet.get("sheetId"))] = about.formulas
                for kind, target in self.linked(part):
                    if target not in self.trees:
                        continue
                    if kind == "table":
                        tables.append((target, self.trees[target]))
                        yield from _table(target, self.trees[target], about, self._texts(strings))
                    if kind == "drawing":
                        yield from _anchors(target, self.trees[target])
                yield from _overlaps(part, self, about)
        yield from _tables_together(tables)
        if "calcChain" in kinds:
            yield from _chain(self.trees[kinds["calcChain"]], formulas)

    def linked(self, part: str) -> list[tuple[str, str]]:
        """Return what a part leads to within the package: the last word of the kind, the part."""
        return [(kind, target) for _, kind, target, inside in self._rels(part) if inside]

    def _rels(self, part: str) -> Iterator[tuple[str, str, str, bool]]:
        folder, name = posixpath.split(part)
        tree = self.trees.get(posixpath.join(folder, "_rels", f"{name}.rels"))
        for each in tree if tree is not None else ():
            target = unquote(str(each.get("Target")))
            joined = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            kind = str(each.get("Type")).rpartition("/")[2]
            yield str(each.get("Id")), kind, joined, each.get("TargetMode") != "External"

    def _of_kind(self, part: str) -> Iterator[tuple[str, str]]:
        yield from self.linked(part)

    def _by_id(self, part: str, identity: str | None) -> str:
        return next((target for each, _, target, _ in self._rels(part) if each == identity), "")

    def _types(self) -> Iterator[str]:
        types = self.trees["[Content_Types].xml"]
        defaults = {str(each.get("Extension")).lower() for each in types if each.get("Extension")}
        named = [str(each.get("PartName")).lstrip("/") for each in types if each.get("PartName")]
        for name in self.parts:
            ending = name.rpartition(".")[2].lower()
            is_excels = name.startswith("xl/") and ending == "xml"
            if name not in named and (is_excels or ending not in defaults):
                if name != "[Content_Types].xml":
                    yield f"{name} has no content type"
        for name, times in Counter(named).items():
            if times > 1:
                yield f"{name} has {times} content types"
            if name not in self.parts:
                yield f"{name} has a content type and is not there"

    def _links(self) -> Iterator[str]:
        for listing in [name for name in self.parts if name.endswith(".rels")]:
            folder, name = posixpath.split(listing)
            owner = posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))
            if owner and owner not in self.parts:
                yield f"{listing} belongs to no part"
            seen = Counter(identity for identity, *_ in self._rels(owner))
            yield from (f"{listing} has {each} twice" for each, n in seen.items() if n > 1)
            for identity, _, target, inside in self._rels(owner):
                if inside and target not in self.parts and not target.startswith("#"):
                    yield f"{listing}: {identity} leads to {target}, which is not there"
            if owner in self.trees:
                known = set(seen)
                for element in self.trees[owner].iter(etree.Element):
                    for attribute, value in element.attrib.items():
                        if attribute.startswith(_REL) and value and value not in known:
                            yield f"{owner} asks for {value}, which its relationships lack"

    def _compatibility(self) -> Iterator[str]:
        for name, tree in self.trees.items():
            for element in tree.iter(etree.Element):
                ignorable = element.get(f"{_MC}Ignorable", "").split()
                for prefix in ignorable:
                    if prefix not in element.nsmap:
                        yield f"{name}: mc:Ignorable names {prefix}, which is not declared"

    def _names(self, book: str) -> Iterator[str]:
        tree = self.trees[book]
        count = len(tree.findall(f"{_MAIN}sheets/{_MAIN}sheet"))
        seen: Counter[tuple[str, str]] = Counter()
        for name in tree.iterfind(f"{_MAIN}definedNames/{_MAIN}definedName"):
            scope = name.get("localSheetId", "")
            seen[str(name.get("name")).casefold(), scope] += 1
            if scope and int(scope) >= count:
                yield f"name {name.get('name')} is of a sheet that is not there"
            if not (name.text or "").strip():
                yield f"name {name.get('name')} means nothing"
        yield from (f"name {name} is defined twice" for (name, _), n in seen.items() if n > 1)
        sheets = [str(each.get("name")) for each in tree.iterfind(f"{_MAIN}sheets/{_MAIN}sheet")]
        if len({each.casefold() for each in sheets}) < len(sheets):
            yield "two sheets have one name"
        yield from (f"the name of sheet {each} is too long" for each in sheets if len(each) > 31)

    def _texts(self, part: str) -> list[str]:
        tree = self.trees.get(part)
        items = tree.iterfind(f"{_MAIN}si") if tree is not None else ()
        return [_text_of(item) for item in items]


class _Sheet:
    """One worksheet: its cells and what covers them."""

    def __init__(
        self, part: str, tree: etree._Element, formats: int, texts: int, differences: int
    ) -> None:
        self.part, self.tree = part, tree
        self.formats, self.texts, self.differences = formats, texts, differences
        self.formulas: set[str] = set()
        self.cells: dict[str, etree._Element] = {}
        self.shared: set[str] = set()

    def faults(self) -> Iterator[str]:
        """Name what is wrong, with the part in front."""
        for fault in (*_order("", self.tree, SHEET_ORDER), *self._rows(), *self._areas()):
            yield f"{self.part}: {fault}"

    def _rows(self) -> Iterator[str]:
        before = 0
        for row in self.tree.iterfind(f"{_MAIN}sheetData/{_MAIN}row"):
            number = int(row.get("r", before + 1))
            if not before < number <= _LAST_ROW:
                yield f"row {number} follows row {before}"
            before = number
            if int(row.get("s", 0)) >= self.formats:
                yield f"row {number} has a format that is not there"
            yield from self._row(row, number)
        missing = {shared for shared in self._asked if shared not in self.shared}
        yield from (f"the shared formula {each} has no first cell" for each in missing)

    def _row(self, row: etree._Element, number: int) -> Iterator[str]:
        column, first, last = 0, _LAST_COLUMN, 0
        for cell in row.iterfind(f"{_MAIN}c"):
            reference = str(cell.get("r") or f"{column_letters(column + 1)}{number}")
            if not _CELL.match(reference) or Area.of(reference).top != number:
                yield f"cell {reference} stands in row {number}"
                continue
            here = Area.of(reference).left
            if not column < here <= _LAST_COLUMN:
                yield f"cell {reference} is out of order"
            column, first, last = here, min(first, here), here
            self.cells[reference] = cell
            yield from (f"cell {reference} {fault}" for fault in self._cell(cell, reference))
        spans = row.get("spans")
        if spans and last:
            left, right = map(int, spans.split(":"))
            if first < left or last > right:
                yield f"row {number} spans {spans} and has cells from {first} to {last}"

    _asked: frozenset[str] = frozenset()

    def _cell(self, cell: etree._Element, reference: str) -> Iterator[str]:
        kind = cell.get("t", "n")
        value, formula = cell.find(f"{_MAIN}v"), cell.find(f"{_MAIN}f")
        text = value.text or "" if value is not None else ""
        if [etree.QName(each).localname for each in cell] != [
            name for name in ("f", "v", "is", "extLst") if cell.find(f"{_MAIN}{name}") is not None
        ]:
            yield "has its elements out of order"
        if int(cell.get("s", 0)) >= self.formats:
            yield f"has the format {cell.get('s')} of {self.formats}"
        if kind not in _KINDS:
            yield f"is of the kind {kind}"
        elif kind == "s" and not (text.isdigit() and int(text) < self.texts):
            yield f"has the text {text!r} of {self.texts}"
        elif kind == "b" and text not in ("0", "1"):
            yield f"is {text!r} and neither true nor false"
        elif kind == "n" and text and not _is_number(text):
            yield f"is {text!r} and no number"
        inline = cell.find(f"{_MAIN}is")
        if (inline is not None) != (kind == "inlineStr"):
            yield "is no text of its own, or should be"
        if inline is not None:
            yield from _text_faults(inline)
        if formula is not None:
            self.formulas.add(reference)
            yield from self._formula(formula, reference)

    def _formula(self, formula: etree._Element, reference: str) -> Iterator[str]:
        kind, shared = formula.get("t", "normal"), formula.get("si", "")
        if kind == "shared":
            self._asked = self._asked | {shared}
            if formula.get("ref"):
                if shared in self.shared:
                    yield f"begins the shared formula {shared} once more"
                self.shared.add(shared)
                if not formula.text:
                    yield "begins a shared formula and has none"
        elif not formula.text and kind != "dataTable":
            yield "has an empty formula"
        if kind in ("array", "dataTable", "shared") and formula.get("ref"):
            if not _is_area(str(formula.get("ref"))):
                yield f"fills {formula.get('ref')}"
            elif not Area.of(str(formula.get("ref"))).meets(Area.of(reference)):
                yield f"fills {formula.get('ref')}, in which it does not stand"
        if (formula.text or "").startswith("=") or "#REF!" in (formula.text or ""):
            yield f"has the formula {formula.text}"

    def _areas(self) -> Iterator[str]:
        for element in self.tree.iter(etree.Element):
            for attribute in ("sqref", "ref", "topLeftCell", "activeCell"):
                for area in str(element.get(attribute) or "").split():
                    if not _is_area(area):
                        yield f"{etree.QName(element).localname} covers {area}"
            if etree.QName(element).localname == "sqref":
                bad = [each for each in (element.text or "").split() if not _is_area(each)]
                yield from (f"an extension covers {each}" for each in bad)
        for name, attribute in (("conditionalFormatting", "sqref"), ("dataValidation", "sqref")):
            for element in self.tree.iter(f"{_MAIN}{name}"):
                if not element.get(attribute):
                    yield f"{name} covers nothing"
        merged = self.merged()
        for number, area in enumerate(merged):
            if any(area.meets(other) for other in merged[:number]):
                yield f"merged {area} overlaps another"
        yield from _counted("", self.tree)
        for rule in self.tree.iter(f"{_MAIN}cfRule"):
            if int(rule.get("dxfId", 0)) >= max(self.differences, 1):
                yield f"a rule asks for the format {rule.get('dxfId')} of {self.differences}"
        filters = self.tree.findall(f"{_MAIN}autoFilter")
        if len(filters) > 1:
            yield "two filters"
        dimension = self.tree.find(f"{_MAIN}dimension")
        if dimension is not None and self.cells:
            whole = Area.of(str(dimension.get("ref")))
            outside = [each for each in self.cells if not whole.meets(Area.of(each))]
            if outside:
                yield f"the dimension {whole} leaves out {outside[0]} and {len(outside) - 1} more"

    def merged(self) -> list[Area]:
        """Return the merged areas."""
        path = f"{_MAIN}mergeCells/{_MAIN}mergeCell"
        return [Area.of(str(each.get("ref"))) for each in self.tree.iterfind(path)]

    def text(self, reference: str, texts: list[str]) -> str | None:
        """Return what a cell says, ``None`` when it says nothing or is no text."""
        cell = self.cells.get(reference)
        if cell is None:
            return None
        value = cell.findtext(f"{_MAIN}v") or ""
        if cell.get("t") == "s":
            return dict(enumerate(texts)).get(int(value))
        if cell.get("t") == "inlineStr":
            return _text_of(cell.find(f"{_MAIN}is"))
        return decode_escapes(value) if cell.get("t") == "str" else None


def _table(part: str, tree: etree._Element, sheet: _Sheet, texts: list[str]) -> Iterator[str]:
    yield from _order(part, tree, TABLE_ORDER)
    if not _is_area(str(tree.get("ref"))):
        yield f"{part} covers {tree.get('ref')}"
        return
    area = Area.of(str(tree.get("ref")))
    columns = [
        decode_escapes(str(each.get("name")))
        for each in tree.iterfind(f"{_MAIN}tableColumns/{_MAIN}tableColumn")
    ]
    if len(columns) != area.right - area.left + 1:
        yield f"{part} has {len(columns)} columns over {area}"
    if len({each.casefold() for each in columns}) < len(columns):
        yield f"{part} has two columns of one name"
    headers, totals = tree.get("headerRowCount", "1"), tree.get("totalsRowCount", "0")
    if area.bottom - area.top + 1 <= int(headers) + int(totals):
        yield f"{part} has no row below its headings"
    if headers == "1":
        for number, name in enumerate(columns):
            reference = f"{column_letters(area.left + number)}{area.top}"
            if sheet.text(reference, texts) != name:
                said = sheet.text(reference, texts)
                yield f"{part}: {reference} says {said!r}, the column is {name!r}"
    filtered = tree.find(f"{_MAIN}autoFilter")
    if filtered is not None:
        covered = Area.of(str(filtered.get("ref")))
        whole = Area(area.left, area.top, area.right, area.bottom - int(totals))
        if covered != whole:
            yield f"{part} covers {area}, its filter {covered}"
    identities = [each.get("id") for each in tree.iter(f"{_MAIN}tableColumn")]
    if len(set(identities)) < len(identities):
        yield f"{part} has two columns of one id"


def _overlaps(part: str, book: _Workbook, sheet: _Sheet) -> Iterator[str]:
    tables = [
        book.trees[target]
        for kind, target in book.linked(part)
        if kind == "table" and target in book.trees
    ]
    areas = [Area.of(str(tree.get("ref"))) for tree in tables]
    for number, area in enumerate(areas):
        if any(area.meets(other) for other in [*areas[:number], *sheet.merged()]):
            yield f"{part}: the Table over {area} overlaps a Table or merged cells"
    named = [str(each.get(f"{_REL}id")) for each in sheet.tree.iter(f"{_MAIN}tablePart")]
    if len(named) != len(tables):
        yield f"{part} lists {len(named)} Tables and has {len(tables)}"


def _tables_together(tables: list[tuple[str, etree._Element]]) -> Iterator[str]:
    for attribute in ("id", "displayName"):
        seen = Counter(str(tree.get(attribute)).casefold() for _, tree in tables)
        yield from (f"two Tables have the {attribute} {each}" for each, n in seen.items() if n > 1)


def _anchors(part: str, tree: etree._Element) -> Iterator[str]:
    for anchor in tree:
        ends = [anchor.find(f"{_DRAWING}{name}") for name in ("from", "to")]
        places = [
            (int(end.findtext(f"{_DRAWING}row")), int(end.findtext(f"{_DRAWING}col")))
            for end in ends
            if end is not None
        ]
        if any(not (0 <= row < _LAST_ROW and 0 <= col < _LAST_COLUMN) for row, col in places):
            yield f"{part}: a drawing lies outside the sheet"
        if len(places) == 2 and (places[1][0] < places[0][0] or places[1][1] < places[0][1]):
            yield f"{part}: a drawing ends before it begins"


def _chain(tree: etree._Element, formulas: Mapping[int, set[str]]) -> Iterator[str]:
    sheet = 0
    for each in tree:
        sheet = int(each.get("i", sheet))
        if each.get("r") not in formulas.get(sheet, set()):
            yield f"the calculation chain names {each.get('r')} of sheet {sheet}: no formula"


def _order(part: str, tree: etree._Element, order: list[str]) -> Iterator[str]:
    place, name = -1, ""
    for child in tree.iterchildren(etree.Element):
        here = etree.QName(child).localname
        if here not in order:
            yield f"{part} has an element {here}".strip()
            continue
        if order.index(here) < place or (here == name and here != "conditionalFormatting"):
            yield f"{part} has {here} after {name}".strip()
        place, name = order.index(here), here


def _counted(part: str, tree: etree._Element) -> Iterator[str]:
    for element in tree.iter(etree.Element):
        count = element.get("count")
        if count is None or not count.isdigit() or element.getparent() is None:
            continue
        children = [child for child in element if isinstance(child.tag, str)]
        if len(children) != int(count) and etree.QName(element).localname != "sst":
            name = etree.QName(element).localname
            yield f"{part} {name} counts {count} and has {len(children)}".strip()


def _count(tree: etree._Element | None, path: str) -> int:
    full = "/".join(f"{_MAIN}{name}" for name in path.split("/"))
    return len(tree.findall(full)) if tree is not None else 0


def _is_area(reference: str) -> bool:
    plain = reference.replace("$", "")
    first, _, last = plain.partition(":")
    cells = all(_CELL.match(each) for each in (first, last or first))
    rows = first.isdigit() and last.isdigit()
    columns = first.isalpha() and last.isalpha()
    if not (cells or rows or columns):
        return False
    area = Area.of(plain)
    return area.left <= area.right <= _LAST_COLUMN and area.top <= area.bottom <= _LAST_ROW


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _text_faults(item: etree._Element) -> Iterator[str]:
    if len(_text_of(item)) > _LONGEST_TEXT:
        yield "has a text too long for a cell"
    for text in item.iter(f"{_MAIN}t"):
        kept = text.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
        if text.text and text.text != text.text.strip() and not kept:
            yield "has spaces at the end that Excel would not keep"


def _text_of(item: etree._Element | None) -> str:
    if item is None:
        return ""
    runs = item.findall(f"{_MAIN}t") + item.findall(f"{_MAIN}r/{_MAIN}t")
    return decode_escapes("".join(run.text or "" for run in runs))
