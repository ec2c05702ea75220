"""Whether a letter's message spills over its page, seen in the PDF that was made of it.

A template says by a page break where a fresh page begins. When the message before it is too long
for its page, what should begin page 2 stands on page 3. A long table after it is no fault: it may
run on over as many pages as it needs.
"""

from collections.abc import Iterator
from pathlib import Path

from rollbook.documents.template import SECTION_MARK, Rendered
from rollbook.documents.word import FOOT, HEAD, Element, parse, w

_BODY = "word/document.xml"
_OFF = ("0", "false", "off")
_FEW = 40  # so many signs of a heading are enough to know it by


def spills_over(rendered: Rendered, pdf: Path, pages: int) -> bool:
    """Say whether what should begin page 2 of a letter begins later.

    A letter without a page break is never said to: nobody knows how long it is meant to be.
    """
    from pypdf import PdfReader  # here: only who makes PDFs should wait for it

    begins = next(_fresh_pages(rendered), "")
    if not begins or pages <= 2:
        return False
    wanted = _plain(begins)[:_FEW]
    return wanted not in _plain(PdfReader(pdf).pages[1].extract_text())


def _fresh_pages(rendered: Rendered) -> Iterator[str]:
    """Give the words of each paragraph that begins a fresh page."""
    body = rendered.parts[_BODY].replace(SECTION_MARK, "")
    root = parse(f"{HEAD}{body}{FOOT}".encode())
    fresh = False
    for paragraph in root.iter(w("p")):
        fresh = fresh or _breaks_before(paragraph)
        words = ""
        for element in paragraph.iter(w("t"), w("br")):
            if element.tag == w("t"):
                words += element.text or ""
            elif element.get(w("type")) == "page":
                fresh, words = True, ""
        if fresh and words.strip():
            yield words
            fresh = False


def _breaks_before(paragraph: Element) -> bool:
    before = paragraph.find(f"{w('pPr')}/{w('pageBreakBefore')}")
    return before is not None and before.get(w("val")) not in _OFF


def _plain(text: str) -> str:
    return "".join(text.casefold().split())
