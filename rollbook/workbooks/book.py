"""A workbook opened for changing in place: its sheets, tables, shared texts and formats.

What cannot be changed without losing something of the clerk's is refused here, before anything is
looked at.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from rollbook.package import Package, Part
from rollbook.problems import RefusedFile, WorkbookError
from rollbook.workbooks import calc_chain
from rollbook.workbooks.cells import Area, SharedStrings, decode_escapes
from rollbook.workbooks.growing import grown_parts
from rollbook.workbooks.sheet import NAMESPACE, Sheet
from rollbook.workbooks.styles import Styles

SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm")

_MAIN = NAMESPACE.decode("ascii")
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "[Content_Types].xml"
_STRICT = "http://purl.oclc.org/ooxml/"
_CALC = re.compile(rb"<calcPr(?=[\s/>])([^>]*?)(/?)>")
_BEFORE_CALC = (b"</definedNames>", b"</externalReferences>", b"</functionGroups>", b"</sheets>")


@dataclass(frozen=True, slots=True)
class PartHash:
    """The SHA-256 of one part before and after; equal when nothing changed.

    Of its bytes as they lie in the file, compressed: a workbook need not be unpacked to tell what
    was not touched. ``""`` after is a part that was taken out.
    """

    name: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether the part is another one now."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Inserted:
    """Rows put into a sheet: ``count`` of them, where row ``above`` stood, which moved down."""

    sheet: str
    above: int
    count: int


@dataclass(frozen=True, slots=True)
class Grown:
    """A list of a sheet, its row of headings included, that ends at row ``bottom`` now.

    ``first`` is the row what covers it may begin at: further down than the headings' next, when
    rows were put in there.
    """

    sheet: str
    block: Area
    bottom: int
    first: int


@dataclass(frozen=True, slots=True)
class Widened:
    """Columns put at the right edge of a list, with their headings (in row ``row``) and widths.

    ``block`` is the list as it was, its rows of headings included. ``texts`` are those of the
    columns, counted from 0, in which numbers are kept as texts: ids.
    """

    sheet: str
    block: Area
    row: int
    headings: tuple[str, ...]
    widths: tuple[int, ...]
    texts: tuple[int, ...] = ()

    @property
    def area(self) -> Area:
        """The cells of the columns put in, beside all rows of the list."""
        right = self.block.right + len(self.headings)
        return Area(self.block.right + 1, self.block.top, right, self.block.bottom)


@dataclass(frozen=True, slots=True)
class Tab:
    """A worksheet as the workbook lists it; ``number`` is its own for ever, ``position`` not."""

    name: str
    part: str
    hidden: bool
    position: int
    number: int


@dataclass(frozen=True, slots=True)
class Table:
    """An Excel Table: its name, where it stands, and the names of its columns."""

    name: str
    part: str
    sheet: str
    area: Area
    columns: tuple[str, ...]
    formulas: tuple[str, ...]  # of calculated columns, "" for the others
    has_header: bool
    has_total: bool
    is_query: bool

    @property
    def first_row(self) -> int:
        """The number of the first row below the header."""
        return self.area.top + 1


class Book:
    """The parts of one workbook that Rollbook reads and may change."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._set_up(path, _package(path, content), {}, (), ())

    def _set_up(
        self,
        path: Path,
        package: Package,
        parts: Mapping[str, bytes],
        inserted: tuple[Inserted, ...],
        widened: tuple[Widened, ...],
    ) -> None:
        self.path = path
        self.package = package  # as it was opened first
        self.inserted = inserted
        self.widened = widened
        self.grown: list[Grown] = []
        self._parts = dict(parts)  # those that are others already
        self._read: dict[str, bytes] = dict(parts)
        try:
            self._open()
        except (etree.XMLSyntaxError, KeyError, ValueError) as error:
            raise _damaged(path) from error

    def with_parts(
        self,
        parts: Mapping[str, bytes],
        inserted: tuple[Inserted, ...] = (),
        widened: tuple[Widened, ...] = (),
    ) -> "Book":
        """Return this workbook with other parts in the place of some, opened anew.

        ``inserted`` says which rows were put in, ``widened`` which columns. What was changed in a
        sheet of this one is not in the new one: see ``settled``.
        """
        book = Book.__new__(Book)
        rows, columns = self.inserted + inserted, self.widened + widened
        book._set_up(self.path, self.package, {**self._parts, **parts}, rows, columns)
        return book

    def settled(self) -> "Book":
        """Return this workbook with all that was changed in it so far, opened anew."""
        return self.with_parts(dict(self._changed_parts()))

    def _open(self) -> None:
        path = self.path
        _refuse_what_would_be_lost(path, self.package)
        self._workbook_part, self._links = self._find_workbook()
        tree = _tree(self.read(self._workbook_part))
        if not tree.tag.startswith(f"{{{_MAIN}}}"):
            raise WorkbookError(
                f"“{path.name}” is saved as “Strict Open XML”. Save it in Excel as “Excel Workbook "
                "(.xlsx)” and use that file."
            )
        settings = tree.find(f"{{{_MAIN}}}workbookPr")
        since = settings.get("date1904", "0") if settings is not None else "0"
        self.since_1904 = since in ("1", "true")
        self.tabs = self._find_tabs(tree)
        self.tables = [table for tab in self.tabs for table in self._find_tables(tab)]
        self.shared = SharedStrings(self._linked("/sharedStrings"))
        self.styles = Styles(self._linked("/styles"))
        self._sheets: dict[str, Sheet] = {}
        self._kinds: dict[str, str] | None = None
        self._taken: set[tuple[int, str]] = set()  # cells whose formula is written over

    def read(self, part: str) -> bytes:
        """Return the bytes of a part; a plain sentence when they are damaged."""
        if part not in self._read:
            try:
                self._read[part] = self.package[part]
            except RefusedFile as error:
                raise _damaged(self.path) from error
        return self._read[part]

    def sheet(self, name: str) -> Sheet:
        """Return the worksheet ``name``, opened once."""
        if name not in self._sheets:
            tab = self.tab(name)
            self._sheets[name] = Sheet(name, tab.part, self.read(tab.part))
        return self._sheets[name]

    def table(self, name: str) -> Table | None:
        """Return the Table ``name``, ``None`` when there is none."""
        return next((table for table in self.tables if table.name == name), None)

    @property
    def workbook_part(self) -> str:
        """The name of the part that lists the sheets and names."""
        return self._workbook_part

    def tab(self, name: str) -> Tab:
        """Return the worksheet ``name`` as the workbook lists it."""
        found = next((tab for tab in self.tabs if tab.name == name), None)
        if found is None:
            raise WorkbookError(
                f"“{self.path.name}” has no sheet “{name}” any more. If it was renamed, adopt "
                "the workbook again."
            )
        return found

    def links_of(self, part: str) -> list[tuple[str, str]]:
        """Return what a part refers to within the workbook: the kind, and the part."""
        found = _links(self.package, part).values()
        return [(kind, target) for kind, target in found if target in self.package]

    def parts_of_kind(self, end: str) -> list[str]:
        """Return the parts whose kind of relationship ends so: ``/chart``, ``/calcChain``."""
        if self._kinds is None:
            self._kinds = {
                target: kind
                for name in self.package.names
                if name.endswith(".rels")
                for kind, target in _links(self.package, _owner(name)).values()
            }
        return [part for part in self.package.names if self._kinds.get(part, "").endswith(end)]

    def take_formula(self, sheet: str, cell: str) -> None:
        """Note that a cell has a value now where it had a formula."""
        self._taken.add((self.tab(sheet).number, cell))

    def changed(self) -> tuple[Package, tuple[PartHash, ...]]:
        """Return the package with all changes in it, and the hashes of all parts.

        Formulas added are not entered in the calculation chain: Excel does so when it calculates
        the book on opening, which ``calcPr`` asks for.
        """
        package = self.package.copy()
        parts = self._parts | dict(self._changed_parts())
        workbook = parts.get(self._workbook_part) or self.read(self._workbook_part)
        parts[self._workbook_part] = self._calculated_on_opening(workbook)
        for part, xml in parts.items():
            before = self.read(part) if part not in self._parts else self.package[part]
            if not xml:
                self._take_out(package, part)
            elif xml != before:
                package.put_part(Part.quickly(part, xml))
        return package, tuple(self._hash(part, package) for part in self.package.names)

    def _changed_parts(self) -> Iterator[tuple[str, bytes]]:
        """Yield the parts that were changed since this workbook was opened."""
        parts = {each.part: each.render() for each in self._sheets.values() if each.is_changed}
        if self.styles.is_changed:
            parts[self._link("/styles")] = self.styles.render()
        if self._taken:
            for part in self.parts_of_kind(calc_chain.PART_KIND):
                parts[part] = calc_chain.without(self.read(part), self._taken)
        yield from (parts | grown_parts(self, parts)).items()

    def _hash(self, name: str, package: Package) -> PartHash:
        before = self.package.part(name)
        after = package.part(name) if name in package else None
        digest = before.packed_hash
        if after is before:
            return PartHash(name, digest, digest)
        return PartHash(name, digest, after.packed_hash if after else "")

    # ---- within ----------------------------------------------------------------------------

    def _take_out(self, package: Package, part: str) -> None:
        """Take a part out with what lists it."""
        package.remove(part)
        listed = rb'<Override\s[^>]*PartName="/%s"[^>]*/>' % re.escape(part.encode())
        package.put(_TYPES, re.sub(listed, b"", package[_TYPES]))
        folder, name = posixpath.split(self._workbook_part)
        links = posixpath.join(folder, "_rels", f"{name}.rels")
        target = re.escape(posixpath.relpath(part, folder).encode())
        listed = rb'<Relationship\s[^>]*Target="(?:%s|/%s)"[^>]*/>' % (target, part.encode())
        package.put(links, re.sub(listed, b"", package[links]))

    def _find_workbook(self) -> tuple[str, dict[str, tuple[str, str]]]:
        for kind, target in _links(self.package, "").values():
            if kind.endswith("/officeDocument") and target in self.package:
                return target, _links(self.package, target)
        raise WorkbookError(f"“{self.path.name}” is not an Excel workbook.")

    def _link(self, kind: str) -> str:
        targets = [target for each, target in self._links.values() if each.endswith(kind)]
        return targets[0] if targets else ""

    def _linked(self, kind: str) -> bytes:
        part = self._link(kind)
        return self.read(part) if part in self.package else b""

    def _find_tabs(self, tree: etree._Element) -> list[Tab]:
        tabs = []
        for position, each in enumerate(tree.iterfind(f"{{{_MAIN}}}sheets/{{{_MAIN}}}sheet")):
            link = self._links.get(str(each.get(f"{{{_RELATIONS}}}id")))
            if link and link[0].endswith("/worksheet"):
                hidden = each.get("state", "visible") != "visible"
                number = int(str(each.get("sheetId")))
                tabs.append(Tab(str(each.get("name")), link[1], hidden, position, number))
        return tabs

    def _find_tables(self, tab: Tab) -> list[Table]:
        parts = [
            target
            for kind, target in _links(self.package, tab.part).values()
            if kind.endswith("/table") and target in self.package
        ]
        return [_table(part, tab.name, self.read(part)) for part in parts]

    def _calculated_on_opening(self, xml: bytes) -> bytes:
        found = _CALC.search(xml)
        if found:
            kept = re.sub(rb'\sfullCalcOnLoad="[^"]*"', b"", found[1]).rstrip()
            tag = b'<calcPr%s fullCalcOnLoad="1"%s>' % (kept, found[2])
            return xml[: found.start()] + tag + xml[found.end() :]
        for before in _BEFORE_CALC:
            at = xml.find(before)
            if at >= 0:
                at += len(before)
                return xml[:at] + b'<calcPr fullCalcOnLoad="1"/>' + xml[at:]
        return xml


def _package(path: Path, content: bytes) -> Package:
    if path.suffix.lower() == ".xlsb" or path.suffix.lower() == ".xls":
        raise WorkbookError(
            f"“{path.name}” is in a format Rollbook does not change. Save it in Excel as “Excel "
            "Workbook (.xlsx)” and use that file."
        )
    if path.suffix.lower() not in SUFFIXES:
        raise WorkbookError(f"“{path.name}” is not an Excel workbook (.xlsx or .xlsm).")
    try:
        return Package.read(path, content)
    except RefusedFile as refused:
        raise WorkbookError(refused.problems[0].message) from refused


def _refuse_what_would_be_lost(path: Path, package: Package) -> None:
    reasons = {
        "_xmlsignatures/": "is signed. A change would break the signature. Remove the signature in "
        "Excel (File, Info, View Signatures), or keep the tracker in another workbook.",
        "xl/revisions/": "is a shared workbook of the old kind, with a list of changes. Stop "
        "sharing it in Excel (Review, Unshare Workbook) and save it.",
    }
    for start, reason in reasons.items():
        if any(name.startswith(start) for name in package.names):
            raise WorkbookError(f"“{path.name}” {reason}")


def _links(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Return the relationships of a part: id → (kind, the part it leads to)."""
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    if listing not in package:
        return {}
    links = {}
    for each in _tree(package[listing]):
        if each.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, str(each.get("Target"))))
            links[str(each.get("Id"))] = (str(each.get("Type")), target.lstrip("/"))
    return links


def _table(part: str, sheet: str, xml: bytes) -> Table:
    tree = _tree(xml)
    columns = tree.findall(f"{{{_MAIN}}}tableColumns/{{{_MAIN}}}tableColumn")
    return Table(
        name=str(tree.get("displayName") or tree.get("name")),
        part=part,
        sheet=sheet,
        area=Area.of(str(tree.get("ref"))),
        columns=tuple(decode_escapes(str(each.get("name"))) for each in columns),
        formulas=tuple(
            each.findtext(f"{{{_MAIN}}}calculatedColumnFormula") or "" for each in columns
        ),
        has_header=tree.get("headerRowCount", "1") != "0",
        has_total=tree.get("totalsRowCount", "0") not in ("0", ""),
        is_query=tree.get("tableType", "worksheet") != "worksheet",
    )


def _owner(listing: str) -> str:
    """Return whose relationships a part lists: ``xl/a.xml`` of ``xl/_rels/a.xml.rels``."""
    folder, name = posixpath.split(listing)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def _tree(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    return etree.fromstring(xml, parser)


def _damaged(path: Path) -> WorkbookError:
    return WorkbookError(
        f"“{path.name}” is damaged or was not copied completely. Open it in Excel; if Excel can "
        "repair it, save it and try again."
    )
