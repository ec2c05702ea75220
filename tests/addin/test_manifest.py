"""The manifest is made from the buttons, and holds to Microsoft's rules."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import Environment, FileSystemLoader

from addin.buttons import RIBBON, Button, all_buttons
from addin.manifest import (
    STATIC,
    check_manifest,
    give_to_templates,
    manifest_version,
    ribbon_of,
)

TEMPLATES = STATIC.parent / "templates"
ID = "7c1f0d3e-5b0a-4c53-9a58-3d2f7e6b1c94"


def made(base: str = "https://localhost:8443", **settings: object) -> str:
    """The manifest as xlwings Server makes it, without the server."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    give_to_templates(env)
    usual = {
        "static_url_path": "/static",
        "functions_namespace": "ROLLBOOK",
        "auth_providers": [],
        "auth_entraid_client_id": "",
    }
    return env.get_template("manifest.xml").render(
        settings=SimpleNamespace(**{**usual, **settings}),
        base_url=base,
        base_url_with_app_path=base,
        manifest_id=ID,
    )


def with_buttons(change: Callable[[Button], Button], monkeypatch: pytest.MonkeyPatch) -> str:
    ribbon = ribbon_of(change(one) for one in all_buttons())
    monkeypatch.setattr("addin.manifest.ribbon_of", lambda buttons: ribbon)
    return made()


def test_nothing_speaks_against_the_manifest() -> None:
    assert check_manifest(made()) == []


def test_nothing_speaks_against_it_with_microsofts_sign_in() -> None:
    entra = made(
        "https://register.oakandash.example:8443",
        auth_providers=["entraid"],
        auth_entraid_client_id="0b6f4b4c-95a1-4a0c-8a2e-21d0d7f0c9aa",
    )
    assert check_manifest(entra) == []
    assert "<WebApplicationInfo>" in entra


def test_every_button_is_on_the_ribbon_in_its_order() -> None:
    controls = re.findall(r'<Control xsi:type="Button" id="Rollbook\.(\w+)">', made())
    assert controls == [name for names in RIBBON.values() for name in names]


def test_every_button_calls_its_function_and_one_opens_the_pane() -> None:
    functions = re.findall(r"<FunctionName>(\w+)</FunctionName>", made())
    names = [name for names in RIBBON.values() for name in names if name != "open_pane"]
    assert functions == names
    assert made().count('xsi:type="ShowTaskpane"') == 1


def test_the_version_is_the_packages_own_after_a_one() -> None:
    assert re.fullmatch(r"1\.\d+\.\d+\.\d+", manifest_version())
    assert f"<Version>{manifest_version()}</Version>" in made()


def test_signs_in_labels_stay_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A label with & and quotes is text in the file, not part of its markup."""
    xml = with_buttons(lambda one: replace(one, label='A & "B" <c>'), monkeypatch)
    assert check_manifest(xml) == []
    assert "A &amp; &#34;B&#34; &lt;c&gt;" in xml


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        ("</Version>", "</Versions>", "It is no XML"),
        ("<Version>1.", "<Version>0.", "is not four numbers from 1.0.0.0 on"),
        (ID, "rollbook", "The Id “rollbook” is no GUID."),
        ("https://localhost:8443/help", "http://localhost:8443/help", "https addresses only"),
        ("https://localhost:8443/taskpane.html", "taskpane.html", "“Pane.Url” is “taskpane.html”"),
        ('id="Rollbook.Letters"', 'id="Rollbook.Help"', "“Rollbook.Help” is there 2 times"),
        ('id="Rollbook.voe"', 'id="Rollbook.lates"', "“Rollbook.lates” is there 2 times"),
        ('"voe.Label"', f'"voe.{"L" * 30}"', "has more than 32 letters"),
        ("<FunctionName>voe<", f"<FunctionName>{'v' * 65}<", "cannot be the name of a function"),
        ("<FunctionName>voe<", "<FunctionName>lates<", "FunctionName “lates” is there 2 times"),
        ('<Namespace resid="Functions.Namespace" />', "", "a resource that nothing names"),
        ('DefaultValue="ROLLBOOK"', 'DefaultValue="Roll book"', "cannot have the name"),
        ('<bt:Image size="80"', '<bt:Image size="64"', "16, 32 and 80 are needed"),
        ("/voe-16.png", "/voe-32.png", "is 32 × 32, not 16 × 16"),
        ("/voe-16.png", "/voe-17.png", "There is no picture for"),
        ('<Label resid="voe.Label" />', "", "Control has Supertip Icon Action; it needs, in order"),
        ('<Description resid="voe.Says" />', '<Description resid="voe.Label" />', "LongStrings"),
        ('<Title resid="voe.Label" />', '<Title resid="voe.Nothing" />', "names “voe.Nothing”"),
        ('<ProviderName>Rollbook</ProviderName>\n', "", "OfficeApp has Id Version DefaultLocale"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_named(was: str, becomes: str, says: str) -> None:
    xml = made()
    assert was in xml
    assert any(says in one for one in check_manifest(xml.replace(was, becomes)))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda one: replace(one, says="x" * 251), "has 251 letters; 1 to 250 are allowed"),
        (lambda one: replace(one, label="x" * 126), "has 126 letters; 1 to 125 are allowed"),
        (lambda one: replace(one, label="x" * 31), "is too long for a button"),
        (lambda one: replace(one, label=""), "has 0 letters"),
        (lambda one: replace(one, icon="nothing"), "There is no picture for"),
        (lambda one: replace(one, group="Letters"), "buttons; 6 are allowed"),
    ],
)
def test_a_button_that_does_not_fit_is_named(
    change: Callable[[Button], Button], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = check_manifest(with_buttons(change, monkeypatch))
    assert any(says in one for one in found)


def test_pictures_are_measured_in_the_folder_they_are_served_from(tmp_path: Path) -> None:
    found = check_manifest(made(), tmp_path)
    assert any("There is no picture for https://localhost:8443/static/images/icons/" in one
               for one in found)  # fmt: skip
