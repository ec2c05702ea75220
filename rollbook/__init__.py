"""Rollbook: the shared core behind the watched folder and the Excel add-in."""
