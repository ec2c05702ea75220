"""A PDF of joined letters cut into single ones: each proven to be that letter's, each tagged.

Where a letter ends is told by the bookmark :mod:`rollbook.documents.joining` puts there. That it is
that letter is proven by its number, read from the page. The tags, which tell a screen reader what
is a heading and what is a table, are cut as the pages are.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from lxml import etree

from rollbook.documents.pdf_words import Words
from rollbook.documents.template import Rendered
from rollbook.documents.word import parse, w

_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_PICTURE = re.compile(rb"\bDo\b")
_KEPT = ("/S", "/T", "/A", "/C", "/Lang", "/Alt", "/ActualText", "/E", "/ID")


class PagesUnclear(Exception):
    """Which pages are whose cannot be proven; the letters are converted in smaller parts."""


@dataclass(frozen=True)
class SinglePdf:
    """One letter as a PDF."""

    name: str
    content: bytes
    pages: int


def names_itself(name: str, letter: Rendered) -> bool:
    """Say whether the letter's number is printed on it, by which its pages can be proven."""
    naming = _naming([name])
    return any(naming.search(part) for part in letter.parts.values())


def split(path: Path, letters: Sequence[tuple[str, Rendered]]) -> Iterator[SinglePdf]:
    """Yield the single PDFs of a PDF of joined ``letters``, in their order.

    Raises ``PagesUnclear`` before the first one when the pages are not proven to be theirs.
    """
    try:
        whole = pikepdf.open(path, attempt_recovery=False)  # cut off is not finished
    except pikepdf.PdfError as error:
        raise PagesUnclear("LibreOffice did not finish the PDF") from error
    with whole:
        shares = _shares(whole, letters)
        elements = _elements(whole, shares)
        for (name, letter), share, tags in zip(letters, shares, elements, strict=True):
            yield SinglePdf(name, _single(whole, letter, name, share, tags), len(share))


def _shares(
    whole: pikepdf.Pdf, letters: Sequence[tuple[str, Rendered]]
) -> list[list[pikepdf.Page]]:
    """Return each letter's pages, proven; the empty backs of sheets are nobody's."""
    words = Words()
    pages = list(whole.pages)
    texts = [words.on(page) for page in pages]
    if not texts or not any(texts):
        raise PagesUnclear("LibreOffice made an empty PDF")
    shares: list[list[pikepdf.Page]] = []
    start = 0
    for end in _ends(whole, len(letters)):
        kept = range(start, end + 1)
        while len(kept) > 1 and _is_empty(pages[kept[0]], texts[kept[0]]):
            kept = kept[1:]
        shares.append([pages[number] for number in kept])
        _prove([texts[number] for number in kept], len(shares) - 1, letters)
        start = end + 1
    if start != len(pages):
        raise PagesUnclear("the PDF has pages after the last letter’s end")
    return shares


def _ends(whole: pikepdf.Pdf, count: int) -> list[int]:
    """Return the number of each letter's last page, counted from 0."""
    if count == 1:
        return [len(whole.pages) - 1]
    places = whole.Root.get("/Dests", pikepdf.Dictionary())
    by_object = {page.obj.objgen: number for number, page in enumerate(whole.pages)}
    ends = []
    for number in range(1, count + 1):
        place = places.get(f"/5Fend5F{number}", places.get(f"/_end_{number}"))
        if place is None:
            raise PagesUnclear(f"the end of letter {number} is not marked in the PDF")
        ends.append(by_object[place[0].objgen])
    if sorted(set(ends)) != ends:
        raise PagesUnclear("the letters’ ends are not in their order")
    return ends


def _is_empty(page: pikepdf.Page, text: str) -> bool:
    return not text.strip() and _PICTURE.search(page.obj.Contents.read_bytes()) is None


def _prove(texts: list[str], number: int, letters: Sequence[tuple[str, Rendered]]) -> None:
    """Find the letter's own number on its first page, and no other letter's on any."""
    own = letters[number][0]
    found = [set(_naming([name for name, _ in letters]).findall(text)) for text in texts]
    if not set().union(*found) <= {own}:
        raise PagesUnclear("the number of another letter stands on a page")
    if len(letters) > 1 and own not in set().union(*found):
        raise PagesUnclear("the letter’s number does not stand on its pages")


def _naming(names: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")


# --- one letter's PDF ----------------------------------------------------------------------------


def _single(
    whole: pikepdf.Pdf,
    letter: Rendered,
    name: str,
    share: Sequence[pikepdf.Page],
    tags: Sequence[pikepdf.Object],
) -> bytes:
    with pikepdf.new() as single:
        moved: dict[tuple[int, int], pikepdf.Object] = {}
        for page in share:
            _drop_inner_links(page)
            single.pages.append(page)
            moved[page.obj.objgen] = single.pages[-1].obj
        single.remove_unreferenced_resources()  # pictures of the other letters among them
        title, language = _title(letter) or name, _language(letter)
        single.docinfo["/Title"] = title
        single.docinfo["/Producer"] = whole.docinfo.get("/Producer", pikepdf.String("LibreOffice"))
        if not language and "/Lang" in whole.Root:
            language = str(whole.Root.Lang)
        if language:
            single.Root.Lang = pikepdf.String(language)
        single.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        if "/StructTreeRoot" in whole.Root:
            _Tags(single, whole.Root.StructTreeRoot, moved).put(tags)
        stream = io.BytesIO()
        single.save(
            stream,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
        return stream.getvalue()


def _drop_inner_links(page: pikepdf.Page) -> None:
    """Keep the links to addresses; “page 1 of 2” is no link once the letter stands alone."""
    if "/Annots" in page.obj:
        kept = [one for one in page.obj.Annots if "/A" in one and one.A.get("/S") == "/URI"]
        page.obj.Annots = pikepdf.Array(kept)
        if not kept:
            del page.obj["/Annots"]


def _title(letter: Rendered) -> str:
    package = letter.template.package
    if "docProps/core.xml" not in package:
        return ""
    return parse(package["docProps/core.xml"]).findtext(_TITLE) or ""


def _language(letter: Rendered) -> str:
    """Return the language the template's styles are set in."""
    package = letter.template.package
    if "word/styles.xml" not in package:
        return ""
    try:
        root = parse(package["word/styles.xml"])
    except etree.XMLSyntaxError:
        return ""
    found = next(root.iter(w("lang")), None)
    return "" if found is None else found.get(w("val"), "")


# --- its tags ------------------------------------------------------------------------------------


def _elements(
    whole: pikepdf.Pdf, shares: Sequence[Sequence[pikepdf.Page]]
) -> list[list[pikepdf.Object]]:
    """Return, for each letter, the outermost tags that stand on its pages."""
    of_page = {page.obj.objgen: number for number, share in enumerate(shares) for page in share}
    mine: list[list[pikepdf.Object]] = [[] for _ in shares]
    if "/StructTreeRoot" in whole.Root:
        for top in _kids(whole.Root.StructTreeRoot):
            # A drawing in the first footer stands beside the document, not in it.
            for element in _kids(top) if top.get("/S") == "/Document" else [top]:
                number = of_page.get(_page_of(element))
                if number is not None:
                    mine[number].append(element)
    return mine


def _page_of(element: pikepdf.Object) -> tuple[int, int]:
    if not isinstance(element, pikepdf.Dictionary):
        return (0, 0)
    if "/Pg" in element:
        return element.Pg.objgen
    return next((page for kid in _kids(element) if (page := _page_of(kid)) != (0, 0)), (0, 0))


def _kids(element: pikepdf.Object) -> list[pikepdf.Object]:
    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


class _Tags:
    """Builds the tags of a single letter from those of the whole file."""

    def __init__(
        self,
        single: pikepdf.Pdf,
        root: pikepdf.Object,
        moved: dict[tuple[int, int], pikepdf.Object],
    ) -> None:
        self._single = single
        self._source = root
        self._moved = moved
        self._owners: dict[tuple[int, int], dict[int, pikepdf.Object]] = {one: {} for one in moved}

    def put(self, tags: Sequence[pikepdf.Object]) -> None:
        """Put the tags into the letter, and tell each page which of its parts bears which tag."""
        single = self._single
        root = single.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot))
        if "/RoleMap" in self._source:
            roles = {key: pikepdf.Name(str(role)) for key, role in self._source.RoleMap.items()}
            root.RoleMap = pikepdf.Dictionary(roles)
        first = next(iter(self._moved.values()))
        document = single.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.Document, P=root)
        )
        document.Pg = first
        kids = [copy for one in tags if (copy := self._copy(one, document)) is not None]
        document.K = pikepdf.Array(kids)
        root.K = pikepdf.Array([document])
        numbers: list[object] = []
        for number, (old, page) in enumerate(self._moved.items()):
            page.StructParents = number
            owners = self._owners[old]
            row = [owners.get(part) for part in range(max(owners, default=-1) + 1)]
            numbers += [number, single.make_indirect(pikepdf.Array(row))]
        root.ParentTree = single.make_indirect(pikepdf.Dictionary(Nums=pikepdf.Array(numbers)))
        root.ParentTreeNextKey = len(self._moved)
        single.Root.StructTreeRoot = root
        single.Root.MarkInfo = pikepdf.Dictionary(Marked=True)

    def _copy(self, element: pikepdf.Object, parent: pikepdf.Object) -> pikepdf.Object | None:
        """Copy a tag with what it holds; None when nothing of it stands on the letter's pages."""
        page = element.Pg.objgen if "/Pg" in element else (0, 0)
        new = self._single.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructElem, P=parent))
        for key in _KEPT:
            if key in element:
                new[key] = _direct(element[key])
        if page in self._moved:
            new.Pg = self._moved[page]
        kids: list[object] = []
        for kid in _kids(element):
            if not isinstance(kid, pikepdf.Dictionary):
                if page in self._moved:
                    self._owners[page][int(kid)] = new
                    kids.append(int(kid))
            elif kid.get("/Type") == "/MCR":
                kids += self._marked(kid, page, new)
            elif kid.get("/Type") != "/OBJR" and (copy := self._copy(kid, new)) is not None:
                kids.append(copy)
        if not kids and _kids(element):
            return None
        new.K = pikepdf.Array(kids)
        return new

    def _marked(
        self, part: pikepdf.Object, page: tuple[int, int], owner: pikepdf.Object
    ) -> list[object]:
        """Copy what names a part of another page than the tag's first."""
        page = part.Pg.objgen if "/Pg" in part else page
        if page not in self._moved:
            return []
        self._owners[page][int(part.MCID)] = owner
        return [
            pikepdf.Dictionary(Type=pikepdf.Name.MCR, Pg=self._moved[page], MCID=int(part.MCID))
        ]


def _direct(value: object) -> object:
    """Copy a plain value out of the file it belongs to."""
    if isinstance(value, pikepdf.Dictionary):
        return pikepdf.Dictionary({key: _direct(one) for key, one in value.items()})
    if isinstance(value, pikepdf.Array):
        return pikepdf.Array([_direct(one) for one in value])
    if isinstance(value, pikepdf.Name):
        return pikepdf.Name(str(value))
    if isinstance(value, pikepdf.String):
        return pikepdf.String(str(value))
    return value
