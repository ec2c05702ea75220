"""Patterns of absence: how often, what share, and what chance alone would give."""
