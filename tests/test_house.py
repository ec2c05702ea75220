"""Tests about the house itself: layers, lists and documents stay true."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from addin import custom_functions
from addin.buttons import all_buttons
from rollbook import importers
from rollbook.cli import app
from rollbook.documents import LISTS
from rollbook.letters import FIELDS
from rollbook.policy import SHIPPED, load_pack
from rollbook.verification import DOCUMENT_FIELDS

ROOT = Path(__file__).parents[1]
DOORS = ("rollbook", "watcher", "addin")
CODE = sorted(path for door in DOORS for path in ROOT.glob(f"{door}/**/*.py"))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> list[str]:
    """Every command as it is typed, such as ``letters print``."""
    found = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"{name} {sub}" for sub in inner] if inner else [name]
    return found


def test_import_layers_are_kept() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_package_of_the_core_stands_in_a_layer() -> None:
    contract = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]
    named = set(re.findall(r"rollbook\.(\w+)", " ".join(contract["layers"])))
    rooms = {
        path.stem if path.is_file() else path.name
        for path in (ROOT / "rollbook").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms - {"__init__"} == named


def test_every_room_is_in_the_readme_of_the_core() -> None:
    readme = read("rollbook/README.md")
    for path in (ROOT / "rollbook").iterdir():
        if (path / "__init__.py").exists():
            assert f"`{path.name}" in readme or f" {path.name}" in readme, path.name


def test_every_file_of_the_watcher_is_in_its_readme() -> None:
    readme = read("watcher/README.md")
    for path in (ROOT / "watcher").glob("*.py"):
        assert path.name == "__init__.py" or f"`{path.name}`" in readme


@pytest.mark.parametrize("word", ["utils", "helpers", "services", "models", "misc", "common"])
def test_no_room_has_a_name_that_says_nothing(word: str) -> None:
    assert not [path for path in CODE if word in path.parts or path.stem == word]


@pytest.mark.parametrize(
    "library", ["sqlalchemy", "docxtpl", "watchdog", "typer", "calamine", "xlwings", "fastapi"]
)
def test_a_third_party_has_one_home(library: str) -> None:
    homes = {
        "sqlalchemy": ("rollbook/ledger/",),
        "docxtpl": ("rollbook/documents/",),
        "watchdog": ("watcher/folder.py",),
        "typer": ("rollbook/cli/",),
        "calamine": ("rollbook/importers/", "rollbook/workbooks/"),
        "xlwings": ("addin/", "rollbook/workbooks/running.py"),
        "fastapi": ("addin/",),
    }[library]
    uses = re.compile(rf"^(?:import|from) [\w.]*{library}", re.MULTILINE)
    strays = [
        place
        for path in CODE
        if uses.search(path.read_text(encoding="utf-8"))
        and not (place := path.relative_to(ROOT).as_posix()).startswith(homes)
    ]
    assert strays == []


def test_clerks_are_not_spoken_to_in_jargon() -> None:
    """LOOK.md: never "invalid", "error occurred", "null" in a sentence for a clerk."""
    sentence = re.compile(r'f?"[^"\n]*\b(?:[Ii]nvalid|[Ee]rror occurred|null)\b[^"\n]* [^"\n]*"')
    found = [
        f"{path.name}: {match.group()}"
        for path in CODE
        for match in sentence.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_readme_names_only_commands_that_exist() -> None:
    known = {command.split()[0] for command in commands()}
    named = set(re.findall(r"`?rollbook ([a-z]+)", read("README.md")))
    assert named - {"demo"} <= known


def test_every_command_is_in_the_readme_or_said_by_help() -> None:
    help_text = " ".join(read("README.md").split())
    for command in "once watch init attendance findings report verify status doctor".split():
        assert f"rollbook {command}" in help_text


@pytest.mark.parametrize("command", commands())
def test_every_command_explains_itself(command: str) -> None:
    current = get_command(app)
    for word in command.split():
        current = current.commands[word]  # type: ignore[attr-defined]
    assert current.help and current.help.rstrip()[-1] in ".:"


def test_every_importer_is_in_the_readme_of_its_folder() -> None:
    readme = read("rollbook/importers/README.md")
    for importer in importers.all_importers():
        assert f"`{importer.NAME}`" in readme


def table_rows(text: str, heading: str) -> set[str]:
    section = text.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    return set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE))


def test_the_list_of_letter_fields_is_true() -> None:
    assert table_rows(read("letter_templates/README.md"), "Fields of a letter") == set(FIELDS)


def test_the_list_of_document_fields_is_true() -> None:
    text = read("letter_templates/README.md")
    more = table_rows(text, "More fields, in documents only")
    assert more == set(DOCUMENT_FIELDS) - set(FIELDS)


def test_every_list_field_is_a_field() -> None:
    assert set(LISTS) <= set(FIELDS) | set(DOCUMENT_FIELDS)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_letter_a_pack_names_has_its_templates(name: str) -> None:
    pack = load_pack(name)
    languages = ("en", "es") if pack.locale.endswith("US") else ("en",)
    for trigger in pack.triggers:
        for language in languages if trigger.letter else ():
            assert (ROOT / "letter_templates" / f"{trigger.letter}.{language}.docx").is_file()


def test_nothing_names_a_machine_or_a_private_path() -> None:
    listing = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    private = re.compile("|".join(("/" + "work/", r"\.\./" + "shared", "/" + "root/")))
    for name in listing.stdout.split("\n"):
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".txt", ".csv") and path.is_file():
            assert not private.search(path.read_text(encoding="utf-8", errors="ignore")), name


@pytest.mark.parametrize("library", ["openpyxl", "docxtpl", "icalendar", "alembic"])
def test_help_does_not_wait_for_a_library_only_some_commands_need(library: str) -> None:
    seen = f"import sys, rollbook.cli; sys.exit({library!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", seen], cwd=ROOT, check=False).returncode == 0


def test_every_file_of_the_add_in_is_in_its_readme() -> None:
    readme = read("addin/README.md")
    for path in (ROOT / "addin").iterdir():
        name = path.name + ("/" if path.is_dir() else "")
        if not name.startswith(("__", "README", ".")):
            assert f"`{name}`" in readme, name


def test_every_button_and_function_is_in_the_readme_of_the_add_in() -> None:
    readme = read("addin/README.md")
    for button in all_buttons():
        assert button.label in readme, button.label
    for name in custom_functions.__all__:
        noted = getattr(custom_functions, name).__xlfunc__
        assert f"`{(noted.get('excel_name') or noted['name']).upper()}" in readme, name


def test_the_readme_of_the_add_in_names_only_functions_there_are() -> None:
    section = read("addin/README.md").split("## Worksheet functions", 1)[1].split("\n## ", 1)[0]
    named = set(re.findall(r"`([A-Z_]{2,})(?:\(|`)", section)) - {"AM", "PM"}
    functions = [getattr(custom_functions, name).__xlfunc__ for name in custom_functions.__all__]
    assert named == {(one.get("excel_name") or one["name"]).upper() for one in functions}
