"""The number formats of a workbook: which cells show dates, which show percentages."""

import re

from rollbook.workbooks.cells import attributes

_NUMBERS = re.compile(rb"<numFmts(?:\s[^>/]*)?>.*?</numFmts>", re.S)  # dxfs have their own numFmt
_NO_NUMBERS = re.compile(rb"<numFmts(?:\s[^>]*)?/>")
_FORMAT = re.compile(rb"<numFmt\s([^>]*?)/?>")
_FORMATS = re.compile(rb"<cellXfs(?=[\s>])([^>]*)>(.*?)</cellXfs>", re.S)
_XF = re.compile(rb"<xf(?=[\s/>])([^>]*?)(?:/>|>.*?</xf>)", re.S)
_ROOT = re.compile(rb"<styleSheet(?=[\s>])[^>]*>")
_QUOTED = re.compile(r'"[^"]*"|\\.')
_GENERAL = 0
_SHORT_DATE = 14  # shown as the clerk's own Windows shows dates
_TEXT = 49
_FIRST_OF_ITS_OWN = 164  # numbers below are formats that Excel knows by itself
_ONE_DECIMAL = "0.0%"
_EAST_ASIAN_DATES = {*range(27, 37), *range(50, 59)}


class Styles:
    """Reads the cell formats of ``styles.xml``; can add a copy of one that shows something else."""

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
        self._added: dict[bytes, int] = {}
        self._new_codes: dict[int, str] = {}
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
        return style if self.is_date(style) else self._like(style, _SHORT_DATE)

    def as_percent(self, style: int) -> int:
        """Return a format like ``style`` that shows 0.923 as 92.3 %."""
        if self.is_percent(style):
            return style
        known = {code: number for number, code in (self._codes | self._new_codes).items()}
        number = known.get(_ONE_DECIMAL) or max([*self._codes, _FIRST_OF_ITS_OWN - 1]) + 1
        if number not in self._codes:
            self._new_codes[number] = _ONE_DECIMAL
        return self._like(style, number)

    def as_text(self, style: int) -> int:
        """Return a format like ``style`` in which what is typed stays as it was typed.

        Set in a little where it is not aligned: it must not run into a number to the left.
        """
        return self._like(style, _TEXT, indented=True)

    def as_words(self, style: int) -> int:
        """Return a format like ``style`` for words, set in as those of ``as_text``."""
        return self._like(style, _GENERAL, indented=True)

    def as_general(self, style: int) -> int:
        """Return a format like ``style`` that shows a number or text as it is."""
        return self._like(style, _GENERAL)

    def _like(self, style: int, number: int, *, indented: bool = False) -> int:
        if style >= self._written:
            return style
        xf = self._xfs[style]
        like = xf if self._number(style) == number else _with_number(xf, number)
        like = _set_in(like) if indented else like
        if like == xf:
            return style
        if like not in self._added:
            self._xfs.append(like)
            self._added[like] = len(self._xfs) - 1
        return self._added[like]

    def render(self) -> bytes:
        """Return the XML with the added formats at the end of the list."""
        added = b"".join(self._xfs[self._written :])

        def longer(found: re.Match[bytes]) -> bytes:
            head = re.sub(rb'count="\d+"', b'count="%d"' % len(self._xfs), found[1])
            return b"<cellXfs%s>%s%s</cellXfs>" % (head, found[2], added)

        return _FORMATS.sub(longer, self._with_new_codes(), count=1)

    def _with_new_codes(self) -> bytes:
        if not self._new_codes:
            return self.xml
        tags = b"".join(
            b'<numFmt numFmtId="%d" formatCode="%s"/>' % (number, code.encode("ascii"))
            for number, code in self._new_codes.items()
        )
        found = _NUMBERS.search(self.xml)
        if found is None:  # they are the first thing in the part
            xml = _NO_NUMBERS.sub(b"", self.xml)
            head = _ROOT.search(xml)
            at = head.end() if head else 0
            all_of_them = b'<numFmts count="%d">%s</numFmts>' % (len(self._new_codes), tags)
            return xml[:at] + all_of_them + xml[at:]
        count = len(self._codes) + len(self._new_codes)
        longer = re.sub(rb'(<numFmts\s[^>]*?count=")\d+', rb"\g<1>%d" % count, found[0])
        longer = longer.replace(b"</numFmts>", tags + b"</numFmts>")
        return self.xml[: found.start()] + longer + self.xml[found.end() :]

    def _number(self, style: int) -> int:
        if style >= len(self._xfs):
            return 0
        tag = _XF.match(self._xfs[style])
        return int(attributes(tag[1]).get("numFmtId", "0")) if tag else 0

    def _code(self, number: int) -> str:
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        return (self._codes | self._new_codes).get(number) or BUILTIN_FORMATS.get(number, "General")


def _set_in(xf: bytes) -> bytes:
    """Return a format whose texts begin a little to the right, if it does not align them itself."""
    if b"<alignment" in xf:
        return xf
    inside = b'<alignment horizontal="left" indent="1"/>'
    close = xf.find(b">")
    head = re.sub(rb'\sapplyAlignment="[^"]*"', b"", xf[: close - (xf[close - 1] == 47)]).rstrip()
    end = b"</xf>" if xf[close - 1] == 47 else xf[close + 1 :]
    return head + b' applyAlignment="1">' + inside + end


def _with_number(xf: bytes, number: int) -> bytes:
    close = xf.find(b">")
    closed = xf[close - 1] == 47
    head = xf[3 : close - 1] if closed else xf[3:close]
    kept = re.sub(rb'\s(?:numFmtId|applyNumberFormat)="[^"]*"', b"", head).rstrip()
    end = b"/>" if closed else xf[close:]
    return b'<xf numFmtId="%d"%s applyNumberFormat="1"%s' % (number, kept, end)
