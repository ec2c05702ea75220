"""One line of a calendar, and what it is by the words offices use for it."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST_HALF_TERM = 16  # days; what is longer and called half term is the half, not the holiday


class Kind(StrEnum):
    """What a line of a calendar says."""

    YEAR = "school year"
    FIRST_DAY = "first day of school"
    LAST_DAY = "last day of school"
    TERM = "term"
    TERM_START = "first day of a term"
    TERM_END = "last day of a term"
    CLOSURE = "no school"
    EARLY = "early day"
    EXTRA = "extra school day"
    SCHOOL_DAY = "school day"
    MONTH = "school month"
    SIX_WEEKS = "six weeks"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what it is called, from when to when, and the row or line it stands on.

    ``kind`` is None when its words do not say for sure what it is.
    """

    kind: Kind | None
    name: str
    first: date
    last: date
    row: int


_TERM = r"(?<!half )(?<!half-)(?:term|semester|trimester)"
_SCHOOL = r"(?:school|classes|instruction|lessons|school year|academic year|the year)"

# The first rule that matches decides, so what is surest stands first: “Parent conferences, no
# school” is a day without school, “Holiday concert” is none.
_RULES: tuple[tuple[Kind | None, str], ...] = (
    (
        Kind.CLOSURE,
        r"no (?:school|classes|students)|schools? (?:is |are )?closed"
        r"|(?:student|pupil)s?[- ](?:holiday|free|off)"
        r"|non[- ]?(?:student|pupil|school|instruction(?:al)?|contact|teaching)"
        r"|not? in session",
    ),
    (
        Kind.EARLY,
        r"early (?:release|dismissal|closing|closure|finish|out|day)|minimum day|half[- ]day"
        r"|short(?:ened)? day|noon dismissal"
        r"|(?:school|students?) (?:close|finish|release|dismiss)\w* (?:at|early)",
    ),
    (
        None,
        r"concert|evening|assembly|meeting|photo|conference|report card|progress report|exam|"
        r"testing|assessment|graduation|commencement|prom\b|open (?:house|day)|deadline|fair\b"
        r"|game|party|trip|parade|lunch|make[- ]?up day|bad weather|inclement|snow day|return"
        r"|resume|summer school|camp\b|saturday school|quarter",
    ),
    (Kind.SIX_WEEKS, r"(?:six|6)[- ]?weeks?\b|(?:attendance )?reporting period"),
    (Kind.MONTH, r"(?:school|attendance) month|^month \d+$"),
    (
        Kind.TERM_START,
        rf"(?:first day|start|beginning) of (?:the )?(?:\w+ )?{_TERM}\b"
        rf"|\b{_TERM} (?:\d )?(?:begins?|starts?|opens?)\b",
    ),
    (
        Kind.TERM_END,
        rf"(?:last day|end|close) of (?:the )?(?:\w+ )?{_TERM}\b"
        rf"|\b{_TERM} (?:\d )?(?:ends?|closes?|finishes)\b",
    ),
    (Kind.CLOSURE, r"half[- ]?term"),
    (
        Kind.FIRST_DAY,
        rf"(?:first|1st) (?:\w+ )?day (?:of |for )?(?:the )?(?:{_SCHOOL}|students)"
        rf"|{_SCHOOL} (?:begins?|starts?|opens?)|start of (?:the )?(?:school|academic) year"
        r"|first (?:student|school|instructional) day|^first day$",
    ),
    (
        Kind.LAST_DAY,
        rf"last (?:\w+ )?day (?:of |for )?(?:the )?(?:{_SCHOOL}|students)"
        rf"|{_SCHOOL} (?:ends?|finishes)|end of (?:the )?(?:school|academic) year"
        r"|last (?:student|school|instructional) day|^last day$",
    ),
    (Kind.TERM, r"\b(?:term|semester|trimester)s?\b"),
    (Kind.YEAR, r"(?:school|academic) year"),
    (
        Kind.EXTRA,
        r"(?:extra|additional) (?:school |instructional )?days?|school (?:is )?in session",
    ),
    (
        Kind.SCHOOL_DAY,
        r"^(?:instruction(?:al)?|school|student|teaching|membership|regular|class|taught)"
        r"(?: days?)?$|^in session$|^days? of instruction$",
    ),
    (
        Kind.CLOSURE,
        r"holiday|\bbreak\b|recess|vacation|closure|closed|inset|in-?service|day off"
        r"|(?:staff|teacher|professional)\b.*(?:day|development|training|learning|planning)"
        r"|training day|work ?day|^(?:labor|memorial|veterans'?|presidents?'?|lincoln'?s?|columbus"
        r"|independence|thanksgiving|new year'?s?|boxing|christmas|mlk"
        r"|martin luther king(?:,? jr\.?)?|indigenous peoples'?|c[eé]sar ch[aá]vez"
        r"|juneteenth|early may|good friday|easter monday)"
        r"(?: day| eve)?(?: \(?observed\)?)?$",
    ),
)  # fmt: skip
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _RULES)
_EDGE = re.compile(r"\b(?:begins?|starts?|start of|ends?|end of|resumes?|reopens?)\b")
_EDGE_WORDS = re.compile(
    r"\b(?:first day|last day|start|beginning|end|close)\b(?: of)?(?: the)?|"
    r"\b(?:begins?|starts?|opens?|ends?|closes?|finishes)\b",
    re.IGNORECASE,
)


def kind_of(name: str, said: str, first: date, last: date) -> Kind | None:
    """Return what a line is: by the office's own word for its kind, else by its name."""
    for text in (said, name):
        kind = _kind_of_words(_plain(text))
        if kind is not None:
            return kind if _fits(kind, _plain(f"{said} {name}"), (last - first).days + 1) else None
    return None


def term_name(name: str) -> str:
    """Return the name of a term without the words that say it begins or ends."""
    return " ".join(_EDGE_WORDS.sub(" ", name).split()).strip(" -:,()").capitalize()


def _kind_of_words(text: str) -> Kind | None:
    return next((kind for kind, rule in _COMPILED if rule.search(text)), None) if text else None


def _fits(kind: Kind, text: str, days: int) -> bool:
    """Say whether a line is as long as its kind: “Winter break begins” is no closure of one day."""
    if kind is Kind.CLOSURE:
        too_long = "half" in text and "term" in text and days > LONGEST_HALF_TERM
        return not too_long and not (days == 1 and _EDGE.search(text))
    if kind in (Kind.TERM, Kind.YEAR, Kind.MONTH, Kind.SIX_WEEKS):
        return days > 1
    return True


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())
