"""Rollbook in desktop Excel without a server: the same functions and buttons, by classic xlwings.

Only xlwings' BSD-licensed part is used (the extra ``desktop``). See ``README.md``.
"""
