"""What the importers share: finding the header row, and reading dates, marks and people."""
