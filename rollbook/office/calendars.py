"""``calendar.toml``: the school calendar as the office writes it, or as it is guessed at first."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rollbook.office.toml import read_toml
from rollbook.problems import OfficeError
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span

CALENDAR_FILE = "calendar.toml"


def read_calendar(path: Path) -> SchoolCalendar:
    """Read ``calendar.toml``; an impossible calendar is an ``OfficeError`` that says which."""
    if not path.is_file():
        raise OfficeError(f"The school calendar “{path.name}” is missing from the office folder.")
    data = read_toml(path)
    years = tuple(_year(year) for year in _tables(data, "year"))
    if not years:
        raise OfficeError(f"“{path.name}” holds no school year. Add one under [[year]].")
    for earlier, later in zip(years, years[1:], strict=False):
        if later.first <= earlier.last:
            raise OfficeError(
                f"“{path.name}”: {later.name} begins on {later.first}, before {earlier.name} "
                f"ends on {earlier.last}."
            )
    return SchoolCalendar(years, guessed=not data.get("checked", False))


def _year(data: dict[str, Any]) -> SchoolYear:
    name = str(data.get("name", "a year without a name"))
    try:
        year = SchoolYear(
            name=name,
            first=_day(data["first"]),
            last=_day(data["last"]),
            terms=tuple(_span(span) for span in _tables(data, "term")),
            closures=tuple(_span(span) for span in _tables(data, "closure")),
            extra_days=tuple(_day(day) for day in data.get("extra_days", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise OfficeError(f"{CALENDAR_FILE}, {name}: {error} is missing or is no date.") from error
    for span in (Span(name, year.first, year.last), *year.terms, *year.closures):
        if span.last < span.first:
            raise OfficeError(f"{CALENDAR_FILE}, {name}: “{span.name}” ends before it begins.")
    return year


def _tables(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = data.get(name, [])
    if isinstance(found, list) and all(isinstance(table, dict) for table in found):
        return found
    raise OfficeError(
        f"{CALENDAR_FILE}: “{name}” must stand in double brackets, "
        f"as in [[{name if name == 'year' else 'year.' + name}]]."
    )


def _span(data: dict[str, Any]) -> Span:
    return Span(
        str(data.get("name", "")), _day(data["first"]), _day(data.get("last", data["first"]))
    )


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise ValueError(f"“{value}”")
    return value


def guessed_calendar(jurisdiction: str, today: date) -> str:
    """Return a calendar for last, this and next school year that still has to be checked."""
    first_year = today.year - 1 if today.month < 7 else today.year
    years = "".join(
        _guessed_year(jurisdiction, year) for year in range(first_year - 1, first_year + 2)
    )
    return (
        "# The school calendar. Rollbook guessed it: put in your own terms and closures, then set\n"
        "# checked = true. Every figure and every window is counted on these days.\n"
        f"checked = false\n{years}"
    )


def _guessed_year(jurisdiction: str, start: int) -> str:
    english = jurisdiction.startswith("gb")
    first = date(start, 9, 1) if english else date(start, 8, 1)
    last = date(start + 1, 7, 31) if english else date(start + 1, 6, 30)
    middle = date(start, 12, 31)
    terms: tuple[Span, ...]
    if english:
        terms = (
            Span("Autumn", first, middle),
            Span("Spring", middle + timedelta(days=1), date(start + 1, 4, 15)),
            Span("Summer", date(start + 1, 4, 16), last),
        )
    else:
        terms = (Span("Fall", first, middle), Span("Spring", middle + timedelta(days=1), last))
    lines = [
        "\n[[year]]",
        f'name = "{start}-{(start + 1) % 100:02d}"',
        f"first = {first}",
        f"last = {last}",
    ]
    for term in terms:
        lines += ["[[year.term]]", f'name = "{term.name}"']
        lines += [f"first = {term.first}", f"last = {term.last}"]
    winter = (date(start, 12, 24), date(start + 1, 1, 1))
    lines += ["[[year.closure]]", 'name = "Winter holiday"']
    lines += [f"first = {winter[0]}", f"last = {winter[1]}"]
    return "\n".join(lines) + "\n"
