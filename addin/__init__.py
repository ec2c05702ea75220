"""Door 1: Rollbook inside Excel, and the pages of the report server.

An xlwings Server project folder, so some names here are that framework's. See ``README.md``.
"""
