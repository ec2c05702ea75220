"""Make ``addin/desktop/rollbook.bas``: a macro for each button of the ribbon.

uv run python tools/make_desktop_macros.py
"""

from pathlib import Path

from addin.buttons import Button, all_buttons

FILE = Path(__file__).parents[1] / "addin" / "desktop" / "rollbook.bas"
HEAD = """Attribute VB_Name = "Rollbook"
' Made by tools/make_desktop_macros.py from the buttons of the ribbon. Import it into the workbook
' or the add-in that has the xlwings module; addin/desktop/README.md says how.
Option Explicit
"""


def macros() -> str:
    """Return the VBA module, with the line ends that Excel writes."""
    text = HEAD + "".join(_macro(one) for one in all_buttons())
    return text.replace("\n", "\r\n")


def _macro(button: Button) -> str:
    name = "Rollbook_" + "".join(word.capitalize() for word in button.id.split("_"))
    return (
        f"\n' {button.group}: {_ascii(button.label)}\n"
        f"Public Sub {name}()\n"
        f"    RunPython \"from addin.desktop.buttons import press; press('{button.id}')\"\n"
        "End Sub\n"
    )


def _ascii(text: str) -> str:
    """Return a label as the VBA editor can hold it."""
    return text.replace("…", "...").encode("ascii", "ignore").decode("ascii")


if __name__ == "__main__":
    FILE.write_bytes(macros().encode("ascii"))
    print(f"Made {FILE.name}: {macros().count('Public Sub')} macros")
