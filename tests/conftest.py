"""How xlwings is imported in these tests: as in the server, where its decorators do their work."""

import os

os.environ.setdefault("XLWINGS_LICENSE_KEY", "noncommercial")
os.environ.setdefault("XLWINGS_ON_SERVER", "true")
