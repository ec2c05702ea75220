"""The words on the pages of any PDF, to find again what was written into it."""

import io

from pypdf import PdfReader


def words_of(pdf: bytes) -> str:
    """Return the words of all pages, as a reader or a search would find them."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
