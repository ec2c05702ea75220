"""How a letter says days, dates, numbers and parts of the day in the family's language.

Numbers were decided before; here they are only said. Dates, lists and decimals follow the language
(Babel, CLDR).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from rollbook.attendance import percent
from rollbook.policy import PolicyPack
from rollbook.register import Category

HALF = Fraction(1, 2)

MOST_DATES = 8
"""So many dates read well in one sentence; page 2 lists them all."""


@dataclass(frozen=True, slots=True)
class Words:
    """The few words we put into fields ourselves, in one language.

    ``about`` says by template what a letter was about, for the letter that withdraws it.
    """

    day: str
    days: str
    more_days: str
    day_or_part: str
    days_or_parts: str
    once: str
    times: str
    minute: str
    minutes_long: str
    parts: Mapping[str, str]
    period: str
    periods: str
    categories: Mapping[Category, str]
    tardy: str
    tardy_over: str
    yes: str
    minutes: str
    windows: Mapping[str, str]
    ordinals: Sequence[str]
    about: Mapping[str, str]
    about_attendance: str
    corrected: str
    looked_again: str
    check: str
    support: Mapping[str, str]
    on: str
    nobody_named: str
    number_not_given: str


_UNEXCUSED = dict.fromkeys(
    ("tx-tru3", "tx-tru10", "tx-19w", "ca-truant", "ca-tru2", "ca-habit"),
    "days missed without an excuse",
)
_UNEXCUSED_ES = dict.fromkeys(_UNEXCUSED, "días de ausencia sin justificación")

ENGLISH = Words(
    day="day",
    days="days",
    more_days="more days",
    day_or_part="day or part of a day",
    days_or_parts="days or parts of days",
    once="once",
    times="times",
    minute="minute",
    minutes_long="minutes",
    parts={"AM": "morning", "PM": "afternoon", "DAY": "all day"},
    period="period",
    periods="periods",
    categories={
        Category.AUTHORISED: "excused absence",
        Category.UNAUTHORISED: "unexcused absence",
    },
    tardy="late",
    tardy_over="late by more than {minutes} minutes",
    yes="yes",
    minutes="min",
    windows={"term": "semester", "one term": "one semester"},
    ordinals=("first", "second", "third", "fourth", "fifth", "sixth"),
    about={
        **_UNEXCUSED,
        "tx-90": "days missed and class credit",
        "tx-90w": "days missed and class credit",
        "ca-chron": "days missed",
        "ca-exc": "days missed with an excuse",
    },
    about_attendance="attendance",
    corrected="We have corrected our register for {days}.",
    looked_again="We have checked our register again, and it no longer supports that letter.",
    check="(check)",
    support={
        "meeting": "meeting",
        "conference": "conference",
        "home-visit": "home visit",
        "plan": "attendance plan",
        "measures": "support measures",
        "contract": "attendance contract",
    },
    on="on",
    nobody_named="the attendance office",
    number_not_given="the school’s telephone number",
)
BRITISH = replace(
    ENGLISH,
    windows={},
    about={
        "eng-l1": "days missed",
        "eng-l2": "days missed",
        "eng-pn": "unauthorised absence",
        "eng-nti": "unauthorised absence",
        "eng-late": "arriving late",
    },
)
SPANISH = Words(
    day="día",
    days="días",
    more_days="días más",
    day_or_part="día o parte de un día",
    days_or_parts="días o partes de días",
    once="una vez",
    times="veces",
    minute="minuto",
    minutes_long="minutos",
    parts={"AM": "mañana", "PM": "tarde", "DAY": "todo el día"},
    period="período",
    periods="períodos",
    categories={
        Category.AUTHORISED: "ausencia justificada",
        Category.UNAUTHORISED: "ausencia injustificada",
    },
    tardy="llegada tarde",
    tardy_over="llegada tarde por más de {minutes} minutos",
    yes="sí",
    minutes="min",
    windows={
        "days": "días",
        "weeks": "semanas",
        "months": "meses",
        "school days": "días de clase",
        "school year": "año escolar",
        "one school year": "un año escolar",
        "school weeks": "semanas escolares",
        "semester or school year": "semestre o año escolar",
        "semester": "semestre",
        "term": "semestre",
        "one term": "un semestre",
        "report": "informe",
        "reports": "informes",
        "every student": "todos los estudiantes",
    },
    ordinals=("primer", "segundo", "tercer", "cuarto", "quinto", "sexto"),
    about={
        **_UNEXCUSED_ES,
        "tx-90": "días de ausencia y créditos de clase",
        "tx-90w": "días de ausencia y créditos de clase",
        "ca-chron": "días de ausencia",
        "ca-exc": "días de ausencia con justificación",
    },
    about_attendance="la asistencia",
    corrected="Hemos corregido nuestro registro de estas fechas: {days}.",
    looked_again="Hemos revisado nuestro registro y ya no respalda esa carta.",
    check="(por verificar)",
    support={
        "meeting": "reunión",
        "conference": "conferencia",
        "home-visit": "visita al hogar",
        "plan": "plan de asistencia",
        "measures": "medidas de apoyo",
        "contract": "acuerdo de asistencia",
    },
    on="el",
    nobody_named="la oficina de asistencia",
    number_not_given="el teléfono de la escuela",
)


def words_of(locale: str) -> Words:
    """Return the words of a locale; a language we have no words for reads English."""
    if locale.startswith("es"):
        return SPANISH
    return ENGLISH if locale.endswith("US") else BRITISH


def locale_of(pack: PolicyPack, language: str) -> str:
    """Return the locale in which dates and numbers are written."""
    territory = pack.locale.replace("-", "_").partition("_")[2]
    return f"{language}_{territory}" if language in ("en", "es") else pack.locale.replace("-", "_")


def say_days(number: Fraction, words: Words) -> str:
    """Say “1 day”, “9 days”, “4½ days”."""
    return f"{say_number(number)} {words.day if number in (1, HALF) else words.days}"


def say_days_or_parts(count: int, words: Words) -> str:
    """Say “1 day or part of a day”, “3 days or parts of days”."""
    return f"{count} {words.day_or_part if count == 1 else words.days_or_parts}"


def say_times(count: int, words: Words) -> str:
    """Say “once”, “6 times”."""
    return words.once if count == 1 else f"{count} {words.times}"


def say_minutes(count: int, words: Words) -> str:
    """Say “47 minutes”; nothing where no minutes are known."""
    return f"{count} {words.minute if count == 1 else words.minutes_long}" if count else ""


def say_ordinal(number: int, words: Words) -> str:
    """Say “second”, “tercer”: which one of several."""
    named = number <= len(words.ordinals)
    return words.ordinals[number - 1] if named else f"{number}"


def say_number(number: Fraction) -> str:
    """Say a number of days: whole, or with a half."""
    whole, rest = divmod(number, 1)
    if rest == HALF:
        return f"{whole}½" if whole else "½"
    return str(whole) if not rest else f"{float(number):g}"


def say_percent(rate: Fraction | None, locale: str) -> str:
    """Say a rate with one decimal, rounded half up from the exact ratio."""
    shown = percent(rate)
    if shown is None:
        return ""
    return _percent_sign(str(format_decimal(Decimal(shown), "0.0", locale)), locale)


def say_threshold(text: str, words: Words, locale: str) -> str:
    """Say the number of a rule: “95 %”, “90%”, “10 sesiones”."""
    number, _, what = text.partition(" ")
    return _percent_sign(number, locale) if what == "%" else say_window(text, words)


def _percent_sign(number: str, locale: str) -> str:
    return f"{number}%" if locale == "en_US" else f"{number} %"


def say_window(text: str, words: Words) -> str:
    """Say “4 weeks” in the family's language."""
    if text in words.windows:
        return words.windows[text]
    number, _, what = text.partition(" ")
    return f"{number} {words.windows[what]}" if what in words.windows else text


def say_dates(days: Sequence[date], words: Words, locale: str) -> str:
    """Say dates in one sentence, each once, the year only where it changes.

    Of many only the first are named: “Sep 8, Sep 9, …, Sep 15, 2026, and 12 more days”.
    """
    each = sorted(set(days))
    shown = each if len(each) <= MOST_DATES else each[: MOST_DATES - 1]
    said = []
    for place, day in enumerate(shown):
        last_of_year = place + 1 == len(shown) or shown[place + 1].year != day.year
        said.append(format_skeleton("yMMMd" if last_of_year else "MMMd", day, locale=locale))
    if len(shown) < len(each):
        said.append(f"{len(each) - len(shown)} {words.more_days}")
    return format_list(said, locale=locale)


def say_long_date(day: date, locale: str) -> str:
    """Say “November 20, 2026”, “20 November 2026”, “20 de noviembre de 2026”."""
    return str(format_date(day, "long", locale=locale))


def say_time(moment: time, locale: str) -> str:
    """Say “2:30 PM”, “14:30”, “2:30 p. m.”; blanks are plain ones, which every font has."""
    return " ".join(str(format_time(moment, "short", locale=locale)).split())


def say_parts(parts: Sequence[str], words: Words, locale: str) -> str:
    """Say parts of one day in words: “morning”, “all day”, “periods 1–3 and 5”."""
    if "DAY" in parts:
        return words.parts["DAY"]
    named = [words.parts.get(part, part) for part in parts if not is_period(part)]
    numbers = sorted(int(part.removeprefix("P")) for part in parts if is_period(part))
    if numbers:
        name = words.periods if len(numbers) > 1 else words.period
        named.append(f"{name} {format_list(_runs(numbers), locale=locale)}")
    return str(format_list(named, locale=locale))


def is_period(part: str) -> bool:
    """Say whether a part of the day is a numbered period."""
    return part[:1] == "P" and part[1:].isdecimal()


def _runs(numbers: Sequence[int]) -> list[str]:
    """Return whole numbers with neighbours drawn together: 1, 2, 3, 5 → “1–3”, “5”."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]


def capital(text: str) -> str:
    """Return words as they begin a line."""
    return text[:1].upper() + text[1:]
