"""A letter about an invented student, so that a clerk sees a template as a family will.

The student, the guardian and all facts are made up; the school's name, address and contact are the
office's own. Every field has a value, so nothing of the template stays hidden.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.numbers import format_currency

from rollbook.documents import LISTS, Rendered, Template, converter, to_pdf
from rollbook.documents.picture import to_picture
from rollbook.letters.fields import FIELDS
from rollbook.letters.wording import (
    Words,
    capital,
    locale_of,
    say_dates,
    say_days,
    say_days_or_parts,
    say_long_date,
    say_minutes,
    say_ordinal,
    say_percent,
    say_times,
    say_window,
    words_of,
)
from rollbook.office.settings import Settings
from rollbook.package import need_folder, write_whole
from rollbook.policy import PolicyPack
from rollbook.problems import NotAllowed
from rollbook.register import Category

FORMATS = (".pdf", ".png", ".docx")

_MISSED = (1, 2, 8, 13, 14, 22, 27, 34, 41)  # so many days before the letter

_SAID = {
    "en": {
        "decision": "The committee gives credit for this class.",
        "conditions": "Attend every day until the end of the semester.",
        "reason": "The days missed have not come down since our last meeting.",
        "goal": "No further unauthorised absence until the end of the period.",
        "course": "English II",
        "place": "the school office",
        "who": "Ms. Ellis and the counselor",
        "board": "School Attendance Review Board",
        "withdrawn": "attendance",
    },
    "es": {
        "decision": "El comité otorga el crédito de esta clase.",
        "conditions": "Asistir todos los días hasta el fin del semestre.",
        "reason": "Los días perdidos no han bajado desde nuestra última reunión.",
        "goal": "Ninguna otra ausencia sin justificación hasta el fin del período.",
        "course": "Inglés II",
        "place": "la oficina de la escuela",
        "who": "la Sra. Ellis y el consejero",
        "board": "Junta de Revisión de Asistencia Escolar",
        "withdrawn": "la asistencia",
    },
}


def practice_values(
    pack: PolicyPack, settings: Settings, language: str, day: date, *, long: bool = False
) -> dict[str, object]:
    """Return a value for every field, about an invented student; ``long`` tries the layout."""
    locale = locale_of(pack, language)
    words = words_of(locale)
    days = sorted(day - timedelta(ago) for ago in _MISSED[: 9 if long else 3])
    values: dict[str, object] = {name: [] if name in LISTS else "" for name in FIELDS}
    values |= _people(pack, long)
    values |= _school(settings, words, long)
    values |= _counts(days, words, locale)
    values |= _rows(days, words, locale, long)
    values |= _asked_for(_SAID.get(language, _SAID["en"]), day, words, locale)
    values |= _penalty(pack, day, locale)
    values |= {
        "letter_date": say_long_date(day, locale),
        "reply_by": say_long_date(day + timedelta(14), locale),
        "serial": f"L-{day.year}-00001",
        "barcode": f"L-{day.year}-00001",
        "reference": pack.triggers[0].terms[-1].reference.text if pack.triggers else "",
        "language": language,
    }
    for name in FIELDS.keys() - LISTS.keys():
        values[name] = values[name] or ("" if name.startswith("penalty_") else f"[{name}]")
    return values


def practice_letter(template: Template, values: Mapping[str, object]) -> Rendered:
    """Return the template filled for the invented student."""
    return template.render({name: values[name] for name in template.fields})


def write_preview(letter: Rendered, to: Path) -> Path:
    """Write a letter as PDF, as a picture of its first page, or as a Word file, by the name.

    Without LibreOffice a Word file is written in place of the PDF or picture, and a PDF in place of
    the picture where LibreOffice cannot draw; the path that was written is returned. Raises
    ``NotAllowed`` when the name ends in something else.
    """
    wanted = to.suffix.lower()
    if wanted not in FORMATS:
        raise NotAllowed(f"“{to.name}” must end in {', '.join(FORMATS[:-1])} or {FORMATS[-1]}.")
    need_folder(to)
    content = letter.to_bytes()
    if wanted == ".docx" or converter() is None:
        to = to.with_suffix(".docx")
        write_whole(to, content)
        return to
    with TemporaryDirectory(prefix="rollbook-preview-", ignore_cleanup_errors=True) as place:
        word, made = Path(place) / "preview.docx", Path(place) / "made"
        word.write_bytes(content)
        drawn = to_picture(word, made) if wanted == ".png" else None
        if drawn is None:
            to = to.with_suffix(".pdf")
        write_whole(to, (drawn or to_pdf([word], made)[0]).read_bytes())
    return to


# --- invented values -----------------------------------------------------------------------------


def _people(pack: PolicyPack, long: bool) -> dict[str, object]:
    first, family = (
        ("Ana", "Ashbeck") if not long else ("María Guadalupe", "Featherstonehaugh-O’Brien")
    )
    us = pack.locale.endswith("US")
    place = "Bluestem, TX 78999" if pack.jurisdiction == "us-tx" else "Bluestem, CA 95999"
    lines = ["12 Sedge Lane", *([place] if us else ["Wetherby Mere", "XX1 1XX"])]
    if long:
        lines = ["Apartment 1204, Building C", "The Old Maltings at Saint Bartholomew’s", *lines]
    return {
        "student_name": f"{first} {family}",
        "student_first_name": first,
        "student_id": "000123",
        "grade": "7",
        "form": "7B",
        "guardian_name": f"Rosa {family}" if not long else f"Mr. Bartholomew & Mrs. Rosa {family}",
        "address_lines": lines,
    }


def _school(settings: Settings, words: Words, long: bool) -> dict[str, object]:
    school, contact, signatory = settings.school, settings.contact, settings.signatory
    return {
        "school_name": settings.name,
        "school_address": school.address or "1 School Road",
        "school_phone": school.phone or "555-0100",
        "school_email": school.email or "office@school.example",
        "school_website": school.website or "school.example",
        "register_times": school.register_times or "8.45 to 9.15",
        "contact_name": contact.name or words.nobody_named,
        "contact_phone": contact.phone or school.phone or "555-0100",
        "contact_email": contact.email or school.email or "attendance@school.example",
        "contact_hours": contact.hours
        or ("8:00 a.m. to 4:30 p.m., Monday to Friday" if long else "8 to 4"),
        "signatory_name": signatory.name or capital(words.nobody_named),
        "signatory_title": signatory.title or "Principal",
        "tutor_name": "Ms. Anastasia Featherstonehaugh-Quill" if long else "Ms. Quill",
    }


def _counts(days: list[date], words: Words, locale: str) -> dict[str, object]:
    missed = Fraction(len(days))
    fewer = Fraction(max(len(days) - 2, 1))
    return {
        "period_from": say_long_date(days[0].replace(month=9, day=1), locale),
        "period_to": say_long_date(days[-1], locale),
        "days_missed": say_days(missed, words),
        "days_missed_number": str(missed),
        "days_unexcused": say_days(missed, words),
        "unexcused_count": str(len(days)),
        "unresolved_count": "1",
        "attendance_percent": say_percent(Fraction(60 - len(days), 60), locale),
        "days_or_parts": say_days_or_parts(len(days), words),
        "days_counted": say_days(missed, words),
        "late_count": "6",
        "late_times": say_times(6, words),
        "late_minutes": say_minutes(47, words),
        "late_after_close": "2",
        "dates_short": say_dates(days, words, locale),
        "threshold": "90%" if locale.endswith("US") else "90 %",
        "rule_period": say_window("4 weeks" if locale.endswith("US") else "10 school weeks", words),
        "report_number": say_ordinal(2, words),
        "days_before": say_days(missed, words),
        "days_now": say_days(fewer, words),
        "days_better": say_days(missed - fewer, words),
        "stretch": say_window("20 school days", words),
    }


def _rows(days: list[date], words: Words, locale: str, long: bool) -> dict[str, object]:
    meaning = words.categories.get(Category.UNAUTHORISED, "unauthorised absence")
    row = {"part": words.parts["DAY"], "meaning": meaning, "minutes": "", "counted": words.yes}
    every = [day - timedelta(week) for week in range(0, 40 if long else 1, 5) for day in days]
    line = {"offered": "60", "attended": "52", "minimum": "54", "missed": "8", "left": "0"}
    return {
        "absences": [{**row, "date": say_long_date(day, locale)} for day in sorted(every)],
        "classes": [{**line, "name": name} for name in ("English II", "Algebra I")],
        "support_given": [
            f"{words.support['meeting']} {words.on} {say_long_date(days[0], locale)}"
        ],
    }


def _asked_for(said: Mapping[str, str], day: date, words: Words, locale: str) -> dict[str, object]:
    """Return what a clerk gives with a letter: meetings, decisions, periods."""
    later: dict[str, object] = {
        name: say_long_date(day + timedelta(days), locale) for name, days in _LATER.items()
    }
    return later | {
        "meeting_time": "9:30",
        "meeting_place": said["place"],
        "meeting_who": said["who"],
        "course": said["course"],
        "course_grade": "64",
        "decision": said["decision"],
        "conditions": said["conditions"],
        "board_name": said["board"],
        "board_address": "400 Civic Plaza",
        "reason_given": said["reason"],
        "improvement_goal": said["goal"],
        "withdrawn_serial": f"L-{day.year}-00000",
        "withdrawn_title": said["withdrawn"],
        "withdrawn_why": words.looked_again,
    }


_LATER = {  # so many days after the letter; before it when less than nought
    "meeting_date": 10,
    "appeal_by": 30,
    "leave_from": 20,
    "leave_to": 25,
    "improvement_from": 7,
    "improvement_until": 35,
    "withdrawn_date": -7,
    "before_from": -60,
    "before_to": -31,
    "now_from": -30,
    "now_to": -1,
}


def _penalty(pack: PolicyPack, day: date, locale: str) -> dict[str, object]:
    values: dict[str, object] = {}
    for name in ("first", "full"):
        if pack.has_value(f"penalty.{name}", day):
            money = pack.value(f"penalty.{name}", day)
            said = format_currency(
                money.number, money.unit, "¤#,##0", locale, currency_digits=False
            )
            values[f"penalty_{name}"] = said
            values[f"penalty_{name}_days"] = str(pack.value(f"penalty.{name}-days", day).number)
    return values
