"""What a school calendar cannot be: each slip with its place, and what to do about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span

Where = tuple[str | int, ...]
"""A place in a calendar: ``("year", 0, "closure", 2, "last")``, counted from 0."""

LONGEST_YEAR = 397  # days: 13 months
FEW_DAYS, MANY_DAYS = 150, 215  # of a whole school year; outside of it is worth a second look


@dataclass(frozen=True, slots=True)
class Slip:
    """Something a calendar cannot be: where it stands, and a sentence with what to do."""

    where: Where
    sentence: str


def impossible(years: Sequence[SchoolYear]) -> list[Slip]:
    """Return everything that cannot be in these school years, in the order it stands."""
    backwards = [slip for place, year in enumerate(years) for slip in _backwards(place, year)]
    if backwards:  # with a span turned round, nothing else that is said of it helps
        return backwards
    found = list(_years_overlap(years))
    for place, year in enumerate(years):
        found += _of_year(("year", place), year)
    return found


def worth_a_look(calendar: SchoolCalendar) -> list[str]:
    """Return what is possible but unusual, as sentences: the clerk decides."""
    return [sentence for year in calendar.years for sentence in _unusual(year)]


def _backwards(place: int, year: SchoolYear) -> Iterator[Slip]:
    top: Where = ("year", place)
    spans: list[tuple[Where, Span]] = [(top, Span(year.name, year.first, year.last))]
    spans += [one for kind in ("term", "closure", "month", "six_weeks")
              for one in _placed(top, kind, spans_of(year, kind))]  # fmt: skip
    for number, track in enumerate(year.tracks):
        spans += _placed((*top, "track", number), "closure", track.closures)
    for where, span in spans:
        if span.last < span.first:
            yield Slip(
                (*where, "last"),
                f"“{span.name}” ends before it begins ({_said(span.first)} to {_said(span.last)}). "
                "Correct one of the two dates.",
            )


def spans_of(year: SchoolYear, kind: str) -> tuple[Span, ...]:
    """Return the spans of a year by the name they have in ``calendar.toml``."""
    return {
        "term": year.terms,
        "closure": year.closures,
        "month": year.months,
        "six_weeks": year.six_weeks,
    }[kind]


def _placed(top: Where, kind: str, spans: Sequence[Span]) -> list[tuple[Where, Span]]:
    return [((*top, kind, number), span) for number, span in enumerate(spans)]


def _years_overlap(years: Sequence[SchoolYear]) -> Iterator[Slip]:
    ordered = sorted(enumerate(years), key=lambda one: one[1].first)
    for (_, earlier), (place, later) in zip(ordered, ordered[1:], strict=False):
        if later.first <= earlier.last:
            yield Slip(
                ("year", place, "first"),
                f"{later.name} begins on {_said(later.first)}, before {earlier.name} ends on "
                f"{_said(earlier.last)}. A day belongs to one school year: correct one of them.",
            )


def _of_year(top: Where, year: SchoolYear) -> Iterator[Slip]:
    if (year.last - year.first).days > LONGEST_YEAR:
        yield Slip(
            (*top, "last"),
            f"{year.name} lasts more than 13 months ({_said(year.first)} to {_said(year.last)}). "
            "Correct its dates, or divide it into two school years.",
        )
        return
    yield from _outside(top, year)
    for kind, word in (("term", "term"), ("month", "month"), ("six_weeks", "six weeks")):
        yield from _overlapping(top, kind, word, spans_of(year, kind))
    days = year.school_days()
    if not days:
        yield Slip(top, f"{year.name} has no school day. Correct its dates or its closures.")
        return
    yield from _without_days(top, year)
    yield from _tracks(top, year)
    yield from _single_days(top, year)
    yield from _bells(top, year)


def _outside(top: Where, year: SchoolYear) -> Iterator[Slip]:
    """What reaches out of its year. A school month may begin in the week before school does."""
    held = f"{year.name} ({_said(year.first)} to {_said(year.last)})"
    placed = [(word, one) for kind, word in (("term", "term"), ("closure", "closure"),
                                              ("six_weeks", "six weeks"))
              for one in _placed(top, kind, spans_of(year, kind))]  # fmt: skip
    for number, track in enumerate(year.tracks):
        own = _placed((*top, "track", number), "closure", track.closures)
        placed += [("closure", one) for one in own]
    for word, (where, span) in placed:
        if span.first < year.first or span.last > year.last:
            key = "first" if span.first < year.first else "last"
            advice = "Leave it out, or correct" if word == "closure" else "Correct"
            yield Slip(
                (*where, key),
                f"The {word} “{span.name}” ({_span_said(span)}) is not inside {held}. "
                f"{advice} the dates of one of them.",
            )
    for where, span in _placed(top, "month", year.months):
        if span.last > year.last:
            yield Slip(
                (*where, "last"),
                f"The school month “{span.name}” ends on {_said(span.last)}, after {held}. End it "
                "on the last day of school at the latest.",
            )


def _overlapping(top: Where, kind: str, word: str, spans: Sequence[Span]) -> Iterator[Slip]:
    placed = sorted(_placed(top, kind, spans), key=lambda one: one[1].first)
    for (_, earlier), (where, later) in zip(placed, placed[1:], strict=False):
        if later.first <= earlier.last:
            yield Slip(
                (*where, "first"),
                f"“{later.name}” begins on {_said(later.first)}, before “{earlier.name}” ends on "
                f"{_said(earlier.last)}. A day belongs to one {word} only: correct one of them.",
            )


def _without_days(top: Where, year: SchoolYear) -> Iterator[Slip]:
    """Terms, months and six weeks without a school day on any track."""
    days = _anybodys_days(year)
    for kind, word in (("term", "term"), ("month", "school month"), ("six_weeks", "six weeks")):
        for where, span in _placed(top, kind, spans_of(year, kind)):
            if not any(day in span for day in days):
                yield Slip(
                    where,
                    f"The {word} “{span.name}” ({_span_said(span)}) has no school day. Correct its "
                    "dates, or leave it out.",
                )


def _tracks(top: Where, year: SchoolYear) -> Iterator[Slip]:
    names = [track.name for track in year.tracks]
    for number, track in enumerate(year.tracks):
        where = (*top, "track", number)
        if track.name in names[:number]:
            yield Slip(where, f"{year.name} has two tracks “{track.name}”. Rename one of them.")
        elif not year.school_days(track.name):
            yield Slip(
                where,
                f"The track “{track.name}” of {year.name} has no school day. Correct its closures.",
            )


def _single_days(top: Where, year: SchoolYear) -> Iterator[Slip]:
    for day in _extra_days(year):
        if not year.first <= day <= year.last:
            yield Slip(
                (*top, "extra_days"),
                f"The extra school day {_said(day)} is not inside {year.name}. Move the first or "
                "last day of the year, or take the day out.",
            )
    held = _anybodys_days(year)
    for day in year.early_days:
        if day not in held:
            yield Slip(
                (*top, "early_days"),
                f"The early day {_said(day)} is no school day. Correct the date, or the closure "
                "that covers it.",
            )


def _bells(top: Where, year: SchoolYear) -> Iterator[Slip]:
    most = max(len(year.school_days(name)) for name in ("", *(one.name for one in year.tracks)))
    for number, bell in enumerate(year.bells):
        if bell.days > most:
            yield Slip(
                (*top, "bell", number, "days"),
                f"The bell schedule “{bell.name}” runs on {bell.days} days, but {year.name} has "
                f"{most} school days. Correct the number of days.",
            )


def _unusual(year: SchoolYear) -> Iterator[str]:
    days = year.school_days()
    if not FEW_DAYS <= len(days) <= MANY_DAYS:
        yield f"{year.name} has {len(days)} school days. Are its dates and closures complete?"
    if not year.terms:
        yield f"{year.name} has no terms or semesters: rules that count a term find nothing."
    for kind, word in (("term", "term"), ("month", "school month"), ("six_weeks", "six weeks")):
        spans = spans_of(year, kind)
        left = [day for day in days if not any(day in span for span in spans)]
        if spans and left:
            more = f" and {len(left) - 1} more" if len(left) > 1 else ""
            yield f"{year.name}: the school day {_said(left[0])}{more} is in no {word}."
    by_band: dict[str, int] = {}
    for bell in year.bells:
        by_band[bell.band] = by_band.get(bell.band, 0) + bell.days
    for band, total in by_band.items():
        if total != len(days) and not year.tracks:
            yield (
                f"{year.name}: the bell schedules of {band} cover {total} days, the year has "
                f"{len(days)}."
            )


def _anybodys_days(year: SchoolYear) -> frozenset[date]:
    names = ("", *(track.name for track in year.tracks))
    return frozenset(day for name in names for day in year.school_days(name))


def _extra_days(year: SchoolYear) -> list[date]:
    return [*year.extra_days, *(day for track in year.tracks for day in track.extra_days)]


def _said(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _span_said(span: Span) -> str:
    return _said(span.first) if span.first == span.last else (
        f"{_said(span.first)} to {_said(span.last)}"
    )  # fmt: skip
