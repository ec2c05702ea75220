"""Posting: an extract becomes entries in the ledger, in one transaction.

Everything the file says is checked against the office's codes, calendar and roll, then compared
with the marks as they stand. A mark is new, amended (the earlier one stays on record), unchanged,
or held with a reason. Rows are never lost: what cannot be posted is kept whole and tried again
when a roster, a code or a calendar day that was missing has come.
"""

from rollbook.posting.drift import DRIFTED
from rollbook.posting.post import post, release_held
from rollbook.posting.refusing import NOBODY_KNOWN

__all__ = ["DRIFTED", "NOBODY_KNOWN", "post", "release_held"]
