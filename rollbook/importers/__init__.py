"""The exports Rollbook reads: one SIS export, one module.

A module in this folder with ``NAME``, ``TITLE``, ``HEADERS``, ``identify`` and ``extract`` (see
``contract.py``) is an importer; it is found by being here.
"""

from rollbook.importers.identify import all_importers, extract, identify, turn_of

__all__ = ["all_importers", "extract", "identify", "turn_of"]
