"""The tables of the funding report, a module a state."""
