"""The number formats of a workbook: which cells show dates, which show percentages."""

import re

from rollbook.workbooks.cells import attributes

_NUMBERS = re.compile(rb"<numFmts(?=[\s>]).*?</numFmts>", re.S)  # dxfs have their own numFmt
_FORMAT = re.compile(rb"<numFmt\s([^>]*?)/?>")
_FORMATS = re.compile(rb"<cellXfs(?=[\s>])([^>]*)>(.*?)</cellXfs>", re.S)
_XF = re.compile(rb"<xf(?=[\s/>])([^>]*?)(?:/>|>.*?</xf>)", re.S)
_QUOTED = re.compile(r'"[^"]*"|\\.')
_SHORT_DATE = 14  # shown as the clerk's own Windows shows dates
_EAST_ASIAN_DATES = {*range(27, 37), *range(50, 59)}


class Styles:
    """Reads the cell formats of ``styles.xml``; can add a copy of one that shows a date."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        found = _FORMATS.search(xml)
        self._xfs = [each[0] for each in _XF.finditer(found[2])] if found else []
        self._written = len(self._xfs)
        numbers = _NUMBERS.search(xml)
        self._codes = {
            int(about["numFmtId"]): about.get("formatCode", "")
            for about in map(attributes, _FORMAT.findall(numbers[0] if numbers else b""))
        }
        self._as_date: dict[int, int] = {}
        self._is_date: dict[int, bool] = {}

    @property
    def is_changed(self) -> bool:
        """Whether a format was added."""
        return len(self._xfs) > self._written

    def is_date(self, style: int) -> bool:
        """Say whether a number in this format is shown as a date."""
        known = self._is_date.get(style)
        if known is None:
            from openpyxl.styles.numbers import is_date_format  # here: it takes long to load

            number = self._number(style)
            known = number in _EAST_ASIAN_DATES or is_date_format(self._code(number))
            self._is_date[style] = known
        return known

    def is_percent(self, style: int) -> bool:
        """Say whether 0.923 in this format is shown as 92.3 %."""
        return "%" in _QUOTED.sub("", self._code(self._number(style)))

    def as_date(self, style: int) -> int:
        """Return a format like ``style`` (fonts, fill, borders) that shows a date."""
        if self.is_date(style) or style >= self._written:
            return style
        if style not in self._as_date:
            self._xfs.append(_with_date(self._xfs[style]))
            self._as_date[style] = len(self._xfs) - 1
        return self._as_date[style]

    def render(self) -> bytes:
        """Return the XML with the added formats at the end of the list."""
        added = b"".join(self._xfs[self._written :])

        def longer(found: re.Match[bytes]) -> bytes:
            head = re.sub(rb'count="\d+"', b'count="%d"' % len(self._xfs), found[1])
            return b"<cellXfs%s>%s%s</cellXfs>" % (head, found[2], added)

        return _FORMATS.sub(longer, self.xml, count=1)

    def _number(self, style: int) -> int:
        if style >= len(self._xfs):
            return 0
        tag = _XF.match(self._xfs[style])
        return int(attributes(tag[1]).get("numFmtId", "0")) if tag else 0

    def _code(self, number: int) -> str:
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        return self._codes.get(number) or BUILTIN_FORMATS.get(number, "General")


def _with_date(xf: bytes) -> bytes:
    close = xf.find(b">")
    closed = xf[close - 1] == 47
    head = xf[3 : close - 1] if closed else xf[3:close]
    kept = re.sub(rb'\s(?:numFmtId|applyNumberFormat)="[^"]*"', b"", head).rstrip()
    end = b"/>" if closed else xf[close:]
    return b'<xf numFmtId="%d"%s applyNumberFormat="1"%s' % (_SHORT_DATE, kept, end)
