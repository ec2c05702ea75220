"""`rollbook letters check`, `preview`: templates as their clerk edits them in Word."""

from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.letters import letters
from rollbook.cli.show import complain, progress, say, show_json, show_rows
from rollbook.letters import checking, previewing
from rollbook.letters.belonging import WITHDRAWALS
from rollbook.letters.fields import FIELDS
from rollbook.letters.remarks import Standard, TemplateReport, Weight
from rollbook.letters.templates import template_at, template_path
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.verification import DOCUMENT_FIELDS, KINDS

TemplatesArgument = Annotated[
    list[str] | None,
    typer.Argument(help="A Word file, or a letter such as tx-tru3.", metavar="TEMPLATE…"),
]
DOCUMENTS = "verification documents"
INVENTED = "practice"


@letters.command()
def check(
    templates: TemplatesArgument = None,
    office: OfficeOption = HERE,
    every: Annotated[bool, typer.Option("--all", help="All templates the office uses.")] = False,
    json: JsonOption = False,
) -> None:
    """Say everything that is wrong with a letter's template, and how it reads."""
    with opened(office) as opened_office, progress() as bar:
        paths = list(_all_of(opened_office)) if every else _meant(opened_office, templates or [])
        if not paths:
            raise NotAllowed(
                "Name a template: rollbook letters check tx-tru3, or a Word file. All: --all"
            )
        standard = Standard(
            opened_office.policy,
            opened_office.settings,
            date.today(),
            opened_office.settings.letters.merge_fields,
            {name: DOCUMENTS for name in DOCUMENT_FIELDS if name not in FIELDS},
        )
        task = bar.add_task("Templates", total=len(paths))
        reports = []
        for path in paths:
            twin = _other_language(opened_office, path)
            reports.append(checking.check_template(path, standard, twin))
            bar.advance(task)
    if json:
        show_json({"templates": [_as_json(report) for report in reports]})
    else:
        for report in reports:
            _show(report, whole=not every)
    if not all(report.is_sound for report in reports):
        raise typer.Exit(1)


@letters.command()
def preview(
    template: Annotated[str, typer.Argument(help="A Word file, or a letter such as tx-tru3.")],
    office: OfficeOption = HERE,
    to: Annotated[
        Path | None, typer.Option("--to", help="Where to write it: .pdf, .png or .docx.")
    ] = None,
    student: Annotated[str, typer.Option(help="Always an invented one.")] = INVENTED,
    long: Annotated[bool, typer.Option("--long", help="With long names and many dates.")] = False,
) -> None:
    """Write a letter about an invented student, to see what families will see."""
    if student != INVENTED:
        raise NotAllowed(
            "A preview is always about an invented student. For a real one prepare the letter: "
            "rollbook letters draft"
        )
    with opened(office) as opened_office:
        path = _meant(opened_office, [template])[0]
        _, language = checking.letter_of(path)
        to = to or opened_office.folders.reports / f"{path.stem}.preview.pdf"
        values = previewing.practice_values(
            opened_office.policy, opened_office.settings, language, date.today(), long=long
        )
        letter = previewing.practice_letter(template_at(opened_office, path), values)
        written = previewing.write_preview(letter, to)
    if written.suffix != to.suffix:
        missing = (
            "LibreOffice" if written.suffix == ".docx" else "the part of LibreOffice that draws"
        )
        complain(f"“{to.name}” was not written: {missing} is not on this computer.")
    say(f"Preview about an invented student: {written}")


# --- which templates -----------------------------------------------------------------------------


def _meant(office: Office, names: list[str]) -> list[Path]:
    """Return the Word files that names or paths stand for; a letter's name means each language."""
    found: list[Path] = []
    for name in names:
        path = Path(name)
        if path.suffix.lower() == ".docx" and path.is_file():
            here = [path]
        else:
            here = list(_of_letter(office, path.name.removesuffix(".docx")))
        if not here:
            raise NotAllowed(
                f"There is no template “{name}”. Name a Word file, or one of these letters: "
                f"{', '.join(_letters(office))}."
            )
        for one in here:
            if checking.letter_of(one)[0] in _documents():
                raise NotAllowed(
                    f"“{one.name}” is the template of a document, not of a letter. What is wrong "
                    "with it is said when a document is made: rollbook verify"
                )
        found += here
    return list(dict.fromkeys(found))


def _of_letter(office: Office, name: str) -> Iterator[Path]:
    letter, _, language = name.rpartition(".")
    asked = [(letter, language)] if letter else [(name, one) for one in _languages(office, name)]
    for stem, spoken in asked:
        path = template_path(office, stem, spoken)
        if path:
            yield path


def _languages(office: Office, letter: str) -> list[str]:
    return sorted(
        {
            language
            for path in _files(office)
            for stem, language in (checking.letter_of(path),)
            if stem == letter
        }
    )


def _files(office: Office) -> Iterator[Path]:
    """Return all templates: the office's own, then those Rollbook brings."""
    own = office.folders.templates
    yield from sorted(own.glob("*.docx") if own.is_dir() else ())
    for file in resources.files("letter_templates").iterdir():
        if file.name.endswith(".docx"):
            yield Path(str(file))


def _letters(office: Office) -> list[str]:
    """Return the letters of the office's jurisdiction, and those the office has added."""
    pack = office.policy
    shipped = {trigger.letter for trigger in pack.triggers} | {one.letter for one in pack.requested}
    american = pack.locale.endswith("US")
    shipped.add(WITHDRAWALS[0] if american else WITHDRAWALS[1])
    own = {
        checking.letter_of(path)[0]
        for path in office.folders.templates.glob("*.docx")
        if not path.name.startswith("~$")
    }
    return sorted((shipped | own) - _documents() - {""})


def _all_of(office: Office) -> Iterator[Path]:
    for letter in _letters(office):
        yield from _of_letter(office, letter)


def _documents() -> set[str]:
    """Return the names of the templates of verification documents."""
    return {kind.template_in(where) for kind in KINDS.values() for where in kind.jurisdictions}


def _other_language(office: Office, path: Path) -> Path | None:
    """Return the same letter in another language: beside it, or as the office would find it."""
    letter, language = checking.letter_of(path)
    for other in ("en", "es"):
        if other == language:
            continue
        beside = path.with_name(f"{letter}.{other}.docx")
        return beside if beside.is_file() else template_path(office, letter, other)
    return None


# --- telling -------------------------------------------------------------------------------------


def _show(report: TemplateReport, *, whole: bool) -> None:
    if report.merge_names:
        rows = [(f"«{one.name}»", one.field or "not known") for one in report.merge_names]
        show_rows("Merge fields", ("in the template", "printed"), rows)
    if report.level and whole:
        say(f"The message has {report.level.words} words and reads at {report.level.in_words}.")
    for weight, title in (
        (Weight.STOPS, "Must be put right:"),
        (Weight.LOOK, "Look at this:"),
        (Weight.ADVICE, "Advice:"),
    ):
        remarks = report.of(weight)
        if remarks and (whole or weight is not Weight.ADVICE):
            say(f"{report.name}: {title}" if not whole else title)
            for remark in remarks:
                say(f"- {remark}")
    say(f"{report.name} {report.verdict}{'' if report.verdict.endswith('.') else '.'}")


def _as_json(report: TemplateReport) -> dict[str, Any]:
    level = report.level
    return {
        "template": report.name,
        "letter": report.letter,
        "language": report.language,
        "can_be_used": report.can_be_used,
        "verdict": report.verdict,
        "remarks": report.remarks,
        "merge_fields": {one.name: one.field for one in report.merge_names},
        "fields": report.fields,
        "words": level.words if level else None,
        "reading_level": level.in_words if level else "",
        "hardest_sentences": level.hardest if level else [],
    }
