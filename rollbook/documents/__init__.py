"""Letters and documents: merging Word templates, joined print files, PDF.

Compiled once, strict, escaped, sandboxed. docxtpl is used here and nowhere else.
"""

from rollbook.documents.conversion import converter, to_pdf
from rollbook.documents.joining import join, join_to
from rollbook.documents.tags import LISTS
from rollbook.documents.template import (
    Rendered,
    Template,
    Values,
    foreign_values,
    missing_values,
)
from rollbook.documents.text import lines_of, text_of

__all__ = [
    "LISTS",
    "Rendered",
    "Template",
    "Values",
    "converter",
    "foreign_values",
    "join",
    "join_to",
    "lines_of",
    "missing_values",
    "text_of",
    "to_pdf",
]
