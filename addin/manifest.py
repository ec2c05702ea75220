"""The manifest: the file that tells Excel which buttons, functions and pages there are.

It is made from the buttons (``templates/manifest.xml``), and :func:`check_manifest` holds it
against Microsoft's rules, for Excel refuses a manifest that breaks one without a word why.
"""

import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment
from lxml import etree

from addin.buttons import Button, all_buttons

STATIC = Path(__file__).parent / "static"
ICON_SIZES = (16, 32, 80)


@dataclass(frozen=True, slots=True)
class Ribbon:
    """What the manifest says of the ribbon."""

    version: str
    groups: Sequence[tuple[str, Sequence[Button]]]
    icons: Sequence[str]
    sizes: Sequence[int] = ICON_SIZES


def manifest_version() -> str:
    """Return the package's version as Excel takes it: four numbers, from 1.0 on."""
    numbers = (re.findall(r"\d+", version("rollbook").split("+")[0]) + ["0", "0", "0"])[:3]
    return ".".join(["1", *numbers])


def ribbon_of(buttons: Iterable[Button]) -> Ribbon:
    """Return the ribbon with these buttons, in their groups."""
    listed = list(buttons)
    groups = [(name, list(members)) for name, members in groupby(listed, lambda one: one.group)]
    return Ribbon(manifest_version(), groups, sorted({one.icon for one in listed}))


def buttons_for_page() -> list[dict[str, str]]:
    """Return what the pane's ``ribbon.js`` has to know of each button."""
    return [{"id": one.id, "label": one.label, "reads": one.reads} for one in all_buttons()]


def give_to_templates(env: Environment) -> None:
    """Let the templates of the pane and of the manifest ask for the buttons."""
    env.globals["rollbook_ribbon"] = buttons_for_page
    env.globals["rollbook_manifest"] = lambda: ribbon_of(all_buttons())


# --- Microsoft's rules -------------------------------------------------------------------------

# The children of each element in their order, as the schemas of [MS-OWEMXML] have them; ? and * and
# + as in a regular expression. Elements that are not named here have no children we check.
_CHILDREN: Mapping[str, str] = {
    "OfficeApp": "Id AlternateId? Version ProviderName DefaultLocale DisplayName Description "
    "IconUrl HighResolutionIconUrl SupportUrl AppDomains? Hosts Requirements? DefaultSettings "
    "Permissions VersionOverrides",
    "AppDomains": "AppDomain+",
    "Requirements": "Sets Methods?",
    "Sets": "Set+",
    "DefaultSettings": "SourceLocation",
    "VersionOverrides": "Description? Requirements? Hosts Resources WebApplicationInfo?",
    "Hosts": "Host+",
    "Host": "(Runtimes? AllFormFactors? DesktopFormFactor)?",
    "Runtimes": "Runtime+",
    "AllFormFactors": "ExtensionPoint+",
    "DesktopFormFactor": "GetStarted? FunctionFile ExtensionPoint+",
    "ExtensionPoint:CustomFunctions": "Script Page Metadata Namespace?",
    "ExtensionPoint:PrimaryCommandSurface": "(CustomTab|OfficeTab)+",
    "Script": "SourceLocation",
    "Page": "SourceLocation",
    "Metadata": "SourceLocation",
    "CustomTab": "Group+ Label (InsertBefore|InsertAfter)?",
    "Group": "Label Icon Control+",
    "Control": "Label Supertip Icon Action",
    "Supertip": "Title Description",
    "Icon": "Image Image Image+",
    "Action:ExecuteFunction": "FunctionName",
    "Action:ShowTaskpane": "TaskpaneId? SourceLocation Title?",
    "Resources": "Images Urls ShortStrings LongStrings",
    "Images": "Image+",
    "Urls": "Url+",
    "ShortStrings": "String+",
    "LongStrings": "String*",
    "WebApplicationInfo": "Id MsaId? Resource Scopes",
    "Scopes": "Scope+",
}

# Where what an element names by resid has to stand.
_NAMED_IN: Mapping[str, str] = {
    "Label": "ShortStrings",
    "Title": "ShortStrings",
    "Namespace": "ShortStrings",
    "Description": "LongStrings",
    "Image": "Images",
    "SourceLocation": "Urls",
    "FunctionFile": "Urls",
    "Runtime": "Urls",
}
_LONGEST: Mapping[str, int] = {
    "ShortStrings": 125,
    "LongStrings": 250,
    "Images": 2048,
    "Urls": 2048,
}
_LONGEST_ID, _LONGEST_RESID, _LONGEST_FUNCTION, _LONGEST_LABEL = 125, 32, 64, 30
_MOST_GROUPS, _MOST_CONTROLS = 10, 6
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_APP = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_VERSION = re.compile(r"[1-9]\d{0,4}(\.\d{1,5}){3}")


def check_manifest(xml: str, static: Path = STATIC) -> list[str]:
    """Return what Microsoft's rules have against a manifest, a sentence each; nothing if it is fit.

    ``static`` is the folder the pictures it names are served from, as ``/static``.
    """
    try:
        root = etree.fromstring(xml.encode("utf-8"))
    except etree.XMLSyntaxError as error:
        return [f"It is no XML: {error}."]
    if root.tag != f"{_APP}OfficeApp":
        return [f"It begins with {_name(root)}, not with OfficeApp."]
    return [
        *_wrong_order(root),
        *_wrong_head(root),
        *_wrong_ids(root),
        *_wrong_resources(root),
        *_wrong_pictures(root, static),
        *_wrong_ribbon(root),
    ]


def _wrong_order(root: etree._Element) -> Iterator[str]:
    for element in root.iter(etree.Element):
        kind = f"{_name(element)}:{element.get(_XSI_TYPE)}"
        rule = _CHILDREN.get(kind) or _CHILDREN.get(_name(element))
        names = "".join(f"{_name(child)} " for child in element.iterchildren(etree.Element))
        if rule and not re.fullmatch(_pattern(rule), names):
            yield f"{_name(element)} has {names.strip() or 'nothing'}; it needs, in order: {rule}."


def _pattern(rule: str) -> str:
    """Return a rule as a regular expression for names that each have a space behind them."""
    return re.sub(r"(\w+)|\s+", lambda one: f"(?:{one[1]} )" if one[1] else "", rule)


def _wrong_head(root: etree._Element) -> Iterator[str]:
    said = {_name(child): child for child in root.iterchildren(etree.Element)}

    def text(name: str) -> str:
        element = said.get(name)
        return "" if element is None else (element.get("DefaultValue") or element.text or "")

    if not _GUID.fullmatch(text("Id")):
        yield f"The Id “{text('Id')}” is no GUID."
    if not _VERSION.fullmatch(text("Version")):
        yield f"The Version “{text('Version')}” is not four numbers from 1.0.0.0 on."
    for name, most in (("ProviderName", 125), ("DisplayName", 125), ("Description", 250)):
        if not 0 < len(text(name)) <= most:
            yield f"{name} has {len(text(name))} letters; 1 to {most} are allowed."
    for name in ("IconUrl", "HighResolutionIconUrl", "SupportUrl"):
        yield from _wrong_address(name, text(name))
    for element in root.iter(f"{_APP}AppDomain", f"{_APP}SourceLocation"):
        address = element.get("DefaultValue") or element.text or ""
        yield from _wrong_address(_name(element), address)


def _wrong_address(what: str, address: str) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        yield f"{what} is “{address}”; Excel takes https addresses only."


def _wrong_ids(root: etree._Element) -> Iterator[str]:
    for kind in ("Group", "Control", "CustomTab"):
        ids = [element.get("id", "") for element in _all(root, kind)]
        yield from _repeated(f"{kind} id", ids)
        yield from (f"A {kind} has the id “{one}”." for one in ids if not _fits(one, _LONGEST_ID))
    resources = [one.get("id", "") for one in _resources(root).values()]
    yield from _repeated("Resource id", [one.get("id", "") for one in _each_resource(root)])
    yield from (
        f"The resource id “{one}” has more than {_LONGEST_RESID} letters."
        for one in resources
        if not _fits(one, _LONGEST_RESID)
    )


def _wrong_resources(root: etree._Element) -> Iterator[str]:
    resources = _resources(root)
    named = set()
    for element in root.iter(etree.Element):
        resid = element.get("resid")
        if resid is None:
            continue
        named.add(resid)
        found = resources.get(resid)
        wanted = _NAMED_IN.get(_name(element), "")
        if found is None or _name(_parent(found)) != wanted:
            yield f"{_name(element)} names “{resid}”, which is not among the {wanted}."
    for resid, element in resources.items():
        kind = _name(_parent(element))
        value = element.get("DefaultValue", "")
        if not 0 < len(value) <= _LONGEST[kind]:
            yield f"“{resid}” has {len(value)} letters; 1 to {_LONGEST[kind]} are allowed."
        if kind in ("Images", "Urls"):
            yield from _wrong_address(f"“{resid}”", value)
        if resid not in named:
            yield f"“{resid}” is a resource that nothing names."


def _wrong_pictures(root: etree._Element, static: Path) -> Iterator[str]:
    resources = _resources(root)
    wanted = [(one.get("DefaultValue", ""), 32) for one in root.iter(f"{_APP}IconUrl")]
    wanted += [
        (one.get("DefaultValue", ""), 64) for one in root.iter(f"{_APP}HighResolutionIconUrl")
    ]
    for icon in _all(root, "Icon"):
        sizes = [int(one.get("size", "0")) for one in icon]
        if not set(ICON_SIZES) <= set(sizes):
            yield f"An Icon has the sizes {sizes}; 16, 32 and 80 are needed."
        for image in icon:
            found = resources.get(image.get("resid", ""))
            if found is not None:
                wanted.append((found.get("DefaultValue", ""), int(image.get("size", "0"))))
    for address, size in dict.fromkeys(wanted):
        measured = _measured(static, address)
        if measured is None:
            yield f"There is no picture for {address}."
        elif measured != (size, size):
            yield f"The picture {address} is {measured[0]} × {measured[1]}, not {size} × {size}."


def _measured(static: Path, address: str) -> tuple[int, int] | None:
    path = static / urlsplit(address).path.partition("/static/")[2]
    if not path.is_file() or path.suffix != ".png":
        return None
    with path.open("rb") as file:
        head = file.read(24)
    return struct.unpack(">II", head[16:24]) if head[:8] == b"\x89PNG\r\n\x1a\n" else None


def _wrong_ribbon(root: etree._Element) -> Iterator[str]:
    resources = _resources(root)
    if len(list(_all(root, "CustomTab"))) > 1:
        yield "There is more than one tab; one is allowed."
    if len(list(_all(root, "Group"))) > _MOST_GROUPS:
        yield f"There are more than {_MOST_GROUPS} groups."
    for group in _all(root, "Group"):
        controls = list(_all(group, "Control"))
        if len(controls) > _MOST_CONTROLS:
            yield f"The group “{group.get('id')}” has {len(controls)} buttons; 6 are allowed."
        for control in controls:
            yield from _wrong_labels(control, resources)
    functions = [element.text or "" for element in _all(root, "FunctionName")]
    yield from _repeated("FunctionName", functions)
    for one in functions:
        if not re.fullmatch(rf"[A-Za-z_][\w.]{{0,{_LONGEST_FUNCTION - 1}}}", one):
            yield f"“{one}” cannot be the name of a function."
    for element in _all(root, "Namespace"):
        found = resources.get(element.get("resid", ""))
        name = "" if found is None else found.get("DefaultValue", "")
        if not re.fullmatch(r"[A-Z][A-Z0-9._]*", name):
            yield f"The functions cannot have the name “{name}” before theirs."


def _wrong_labels(
    control: etree._Element, resources: Mapping[str, etree._Element]
) -> Iterator[str]:
    for label in _all(control, "Label"):
        found = resources.get(label.get("resid", ""))
        says = "" if found is None else found.get("DefaultValue", "")
        if len(says) > _LONGEST_LABEL:
            yield f"The label “{says}” is too long for a button."


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def _all(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return element.iter(f"{{*}}{name}")


def _each_resource(root: etree._Element) -> Iterator[etree._Element]:
    for kind in _LONGEST:
        for group in _all(root, kind):
            yield from group.iterchildren(etree.Element)


def _resources(root: etree._Element) -> dict[str, etree._Element]:
    return {element.get("id", ""): element for element in _each_resource(root)}


def _fits(name: str, most: int) -> bool:
    return 0 < len(name) <= most


def _repeated(what: str, names: Iterable[str]) -> Iterator[str]:
    counted: Mapping[str, Any] = Counter(names)
    return (
        f"{what} “{name}” is there {count} times." for name, count in counted.items() if count > 1
    )
