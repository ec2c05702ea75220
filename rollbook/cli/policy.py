"""`rollbook policy show` and `check`: the rules in force, with their references; a pack tried."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, day_of
from rollbook.cli.show import complain, say, show_facts, show_json, show_rows
from rollbook.letters.lacking import letters_waited_for, letters_without_template
from rollbook.office import Settings, read_calendar, read_settings
from rollbook.package import need_folder, write_whole
from rollbook.policy import SHIPPED, PolicyPack, load_pack
from rollbook.problems import NotAllowed, PolicyError, counted
from rollbook.reports.case_files import read_cases
from rollbook.reports.pack_cases import Outcome, run_cases
from rollbook.reports.pack_page import Entry, Line, PackPage, Rows, pack_as_json, pack_page
from rollbook.reports.pack_writing import write_page
from rollbook.school_calendar import SchoolCalendar

policy = typer.Typer(no_args_is_help=True, help="The rules in force, with date and reference.")

PackArgument = Annotated[
    str, typer.Argument(metavar="PACK", help="us-tx, us-ca, gb-eng, or a .toml file; else yours.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.add_typer(policy, name="policy")


@policy.command()
def show(
    pack: PackArgument = "",
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="On this day; else today.")] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Also what has ended, and what is to come.")
    ] = False,
    trigger: Annotated[str, typer.Option(help="Only this trigger, such as eng-pn.")] = "",
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page: .html or .md.")
    ] = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """The rule pack as a page to read: every rule, its dates, its source and how sure it is."""
    day = day_of(on) or date.today()
    found = _desk(pack, [], office).pack
    if trigger:
        due = tuple(one for one in found.deadlines if one.trigger == trigger)
        found = replace(found, triggers=(found.trigger(trigger),), deadlines=due)
    if json:
        show_json(pack_as_json(found, day, everything))
        return
    page = pack_page(found, day, everything)
    if to:
        write_page(page, to)
        say(f"Written: {to}")
        return
    _say_page(page, ("Thresholds", "Deadlines") if trigger else ())


def _say_page(page: PackPage, only: Sequence[str]) -> None:
    say(f"{page.title}: the rules")
    say("As a page to read or print: add --to rules.html")
    for sentence in page.says:
        say(sentence)
    for section in page.sections:
        if not only or section.title in only:
            say(f"\n{section.title.upper()}\n{section.says}")
            _say_rows(section.rows)
            for entry in section.entries:
                _say_entry(entry)


def _say_entry(entry: Entry) -> None:
    name = f" [{entry.id}]" if entry.id else ""
    say(f"\n{entry.title}{name}{' (check)' if entry.check else ''}")
    if entry.lines:
        show_facts([(line.label, " ".join(_with_link(line))) for line in entry.lines])
    _say_rows(entry.rows)


def _with_link(line: Line) -> list[str]:
    return [line.text, line.url] if line.url and line.url != line.text else [line.text]


def _say_rows(rows: Rows | None) -> None:
    if rows:
        show_rows("", rows.columns, rows.rows)


@policy.command()
def check(
    pack: PackArgument = "",
    cases: Annotated[
        list[Path] | None, typer.Argument(metavar="CASES.toml", help="Case tables to run.")
    ] = None,
    example: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an example of a case table here.")
    ] = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Read a rule pack, look for its letters, and run case tables: marks in, findings out."""
    try:
        desk = _desk(pack, cases or [], office)
        if example:
            _write_example(desk.pack, example)
            return
        outcomes = [
            (path, outcome)
            for path in desk.cases
            for outcome in run_cases(read_cases(path, desk.pack, desk.calendar), desk.pack)
        ]
    except PolicyError as error:
        complain(str(error))
        raise typer.Exit(1) from error
    lacking = letters_without_template(desk.pack, desk.templates)
    problems = [str(one) for one in (*lacking, *letters_waited_for(desk.pack))]
    if json:
        show_json(_checked_as_json(desk.pack, problems, outcomes))
    else:
        _say_checked(desk.pack, problems, outcomes)
    if problems or any(outcome.failures for _, outcome in outcomes):
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Desk:
    """What a check needs: the pack, the case tables, and the office's calendar and templates."""

    pack: PolicyPack
    cases: list[Path]
    calendar: SchoolCalendar | None
    templates: Path | None


def _desk(name: str, cases: list[Path], office: Path) -> _Desk:
    """Read the pack by its name, its file, or as the office has it."""
    if name and _holds_cases(Path(name)):
        name, cases = "", [Path(name), *cases]
    settings = read_settings(office) if not name or (office / "office.toml").is_file() else None
    pack = _pack(name, office, settings)
    calendar = read_calendar(office / "calendar.toml") if settings and cases else None
    if not cases and name in SHIPPED and not _is_changed(name, office, settings):
        cases = [_shipped_cases(name)]
    return _Desk(pack, cases, calendar, office / settings.folders.templates if settings else None)


def _is_changed(name: str, office: Path, settings: Settings | None) -> bool:
    """Say whether an office has its own pack of this name, or spells codes its own way."""
    return settings is not None and ((office / f"{name}.toml").is_file() or bool(settings.codes))


def _holds_cases(path: Path) -> bool:
    """Say whether a file is a case table and no pack, so that it may be named alone."""
    return path.is_file() and "[[case]]" in path.read_text(encoding="utf-8", errors="ignore")


def _pack(name: str, office: Path, settings: Settings | None) -> PolicyPack:
    if name.endswith(".toml"):
        path = Path(name)
        if not path.is_file():
            raise NotAllowed(f"There is no rule pack “{path}”. Check the name.")
        return load_pack(path.stem, path.absolute().parent)
    if settings and name in ("", settings.jurisdiction):
        return load_pack(settings.jurisdiction, office, settings.codes)
    return load_pack(name, office)


def _shipped_cases(name: str) -> Path:
    return Path(str(resources.files("rollbook") / "policies" / "cases" / f"{name}.toml"))


def _write_example(pack: PolicyPack, to: Path) -> None:
    if to.exists():
        raise NotAllowed(f"“{to}” is there already; give another name.")
    need_folder(to)
    name = pack.jurisdiction if pack.jurisdiction in SHIPPED else SHIPPED[0]
    write_whole(to, _shipped_cases(name).read_bytes())
    say(f"Written: {to}. Put your own cases in, then: rollbook policy check {name} {to.name}")


def _say_checked(
    pack: PolicyPack, problems: list[str], outcomes: list[tuple[Path, Outcome]]
) -> None:
    say(
        f"{pack.title}: {counted(len(pack.triggers), 'trigger')}, "
        f"{counted(len(pack.code_table), 'code')}, {counted(len(pack.values), 'value')}, "
        f"{counted(len(pack.deadlines), 'deadline')}.{'' if problems else ' Fine.'}"
    )
    unread = pack.unread_on(date.today())
    if unread:
        say(
            f"{counted(unread, 'statement')} of it must be checked before anyone relies on it: "
            "rollbook policy show"
        )
    for problem in problems:
        say(f"Look: {problem}")
    failed = [(path, outcome) for path, outcome in outcomes if outcome.failures]
    for path, outcome in failed:
        say(f"\nNot as expected: “{outcome.case.says}” ({path.name}, line {outcome.case.line})")
        for failure in outcome.failures:
            say(f"  {failure}")
        say(f"  Found in all: {', '.join(outcome.found) or 'nothing'}.")
    if outcomes:
        fine = len(outcomes) - len(failed)
        say(f"\n{counted(len(outcomes), 'case')}: {fine} as expected, {len(failed)} not.")


def _checked_as_json(
    pack: PolicyPack, problems: list[str], outcomes: list[tuple[Path, Outcome]]
) -> dict[str, object]:
    return {
        "pack": pack.id,
        "title": pack.title,
        "triggers": [trigger.id for trigger in pack.triggers],
        "to_check_first": pack.unread_on(date.today()),
        "problems": problems,
        "cases": [
            {
                "file": path.name,
                "line": outcome.case.line,
                "says": outcome.case.says,
                "as_of": outcome.case.as_of,
                "found": outcome.found,
                "fine": not outcome.failures,
                "failures": outcome.failures,
            }
            for path, outcome in outcomes
        ],
    }
