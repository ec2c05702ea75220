"""The exports Rollbook reads: one SIS export, one module."""
