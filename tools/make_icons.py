"""Draw the icons of the ribbon anew: `python -m tools.make_icons` (it needs Chromium).

The drawings are here as SVG; the PNGs, in `addin/static/images/icons`, are what Excel is given.
Excel takes PNGs of exact sizes only. Each picture is drawn on a grid of 32 with lines two wide at
odd places, so that they are sharp at 16 pixels too; Chromium paints them. Blue lines and white
paper are told apart on Excel's light ribbon and on its dark one.
"""

from pathlib import Path
from shutil import which

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).parent.parent / "addin" / "static" / "images" / "icons"
SIZES = (16, 32, 80)
APP, APP_SIZES = "rollbook", (16, 32, 64, 80)

LINE = 'fill="none" stroke="#2f78c4" stroke-width="2" stroke-linejoin="round"'
PAPER = LINE.replace('fill="none"', 'fill="#fff"')
BOLD = LINE.replace('stroke-width="2"', 'stroke-width="3" stroke-linecap="round"')
GREEN, RED, AMBER = "#2e8b57", "#c8453c", "#b97a00"


def in_colour(style: str, colour: str) -> str:
    """Return a style in another colour."""
    return style.replace("#2f78c4", colour)


def badge(colour: str, sign: str) -> str:
    """A round badge at the lower right with a white sign in it."""
    white = 'fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round"'
    return (
        f'<circle cx="23" cy="23" r="8" fill="{colour}" stroke="#fff" stroke-width="1"/>'
        f'<path d="{sign}" {white} stroke-linejoin="round"/>'
    )


def question(x: int, y: int) -> str:
    """A question mark of its own lines, for a typeface would be another one on each computer."""
    hook = f"M{x - 3} {y - 3}a3 3 0 1 1 4.4 2.7Q{x} {y} {x} {y + 2}"
    return (
        f'<path d="{hook}" {in_colour(LINE, "#2f78c4")} stroke-linecap="round"/>'
        f'<circle cx="{x}" cy="{y + 6}" r="1.5" fill="#2f78c4"/>'
    )


PAGE = f'<path d="M5 3h14l6 6v20H5z" {PAPER}/><path d="M19 3v6h6" {LINE}/>'
LINES = f'<path d="M9 13h12M9 17h12M9 21h7" {LINE}/>'
ENVELOPE = f'<path d="M3 7h26v18H3z" {PAPER}/><path d="M3 8l13 10L29 8" {LINE}/>'
GRID = f'<path d="M3 5h26v22H3zM3 11h26M3 17h26M3 21h26M11 5v22" {PAPER}/>'
TRAY = f'<path d="M3 19v8h26v-8" {BOLD}/>'
CLOCK = "M23 18v5l3 2"
TICK = "M19 23l3 3 5-6"
CROSS = "M20 20l6 6M26 20l-6 6"
PLUS = "M23 19v8M19 23h8"
ARROW = "M19 23h8M24 20l3 3-3 3"

DRAWN = {
    "rollbook": (
        f'<path d="M16 7Q10 3 3 5v20q7-2 13 2 6-4 13-2V5q-7-2-13 2z" {PAPER}/>'
        f'<path d="M16 7v20" {LINE}/>'
        f'<path d="M19 15l3 3 5-7" {in_colour(BOLD, GREEN)}/>'
        f'<path d="M7 11h5M7 15h5M7 19h5" {LINE}/>'
    ),
    "post": f'{TRAY}<path d="M16 23V5M9 11l7-7 7 7" {BOLD}/>',
    "import": f'{TRAY}<path d="M16 3v17M9 14l7 7 7-7" {BOLD}/>',
    "changes": (
        f'{PAGE}<path d="M9 15h8M13 11v8" {in_colour(LINE, GREEN)}/>'
        f'<path d="M9 23h8" {in_colour(LINE, RED)}/>'
    ),
    "undo": f'<path d="M5 13h15a6 6 0 0 1 0 12h-9M11 6l-7 7 7 7" {BOLD}/>',
    "adopt": GRID + badge(GREEN, PLUS),
    "refresh": (
        f'<path d="M26 12A11 11 0 0 0 6 11M6 20a11 11 0 0 0 20 1" {BOLD}/>'
        f'<path d="M5 4v8h8M27 28v-8h-8" {BOLD}/>'
    ),
    "why": (
        f'<circle cx="13" cy="13" r="10" {PAPER}/><path d="M21 21l8 8" {BOLD}/>{question(13, 12)}'
    ),
    "letters_due": ENVELOPE + badge(AMBER, CLOCK),
    "prepare_letters": ENVELOPE + badge("#2f78c4", PLUS),
    "review_letters": (
        f'{ENVELOPE}<circle cx="21" cy="21" r="6" {PAPER}/><path d="M26 26l4 4" {BOLD}/>'
    ),
    "approve_letters": ENVELOPE + badge(GREEN, TICK),
    "mark_mailed": ENVELOPE + badge("#2f78c4", ARROW),
    "void_letters": ENVELOPE + badge(RED, CROSS),
    "voe": PAGE + LINES + badge(GREEN, TICK),
    "social_security_letter": (
        f'<path d="M3 7h26v18H3z" {PAPER}/><path d="M3 12h26" {BOLD}/>'
        f'<path d="M7 17h9M7 21h6" {LINE}/><path d="M20 20l2 2 4-5" {in_colour(LINE, GREEN)}/>'
    ),
    "enrolment_letter": (
        f'{PAGE}<circle cx="15" cy="15" r="3" {LINE}/><path d="M9 25q0-6 6-6t6 6" {LINE}/>'
    ),
    "daily": (
        f'<path d="M5 7h22v20H5z" {PAPER}/><path d="M5 12h22" {BOLD}/>'
        f'<path d="M11 3v6M21 3v6" {BOLD}/><path d="M10 17h4M10 22h4M18 17h4M18 22h4" {LINE}/>'
    ),
    "missing": (
        f'{GRID}<path d="M13 12h15v8H13z" fill="#fff" stroke="{RED}" stroke-width="2" '
        'stroke-dasharray="4 2"/>'
    ),
    "late": f'<circle cx="16" cy="16" r="13" {PAPER}/><path d="M16 8v8l6 4" {BOLD}/>',
    "pane": (
        f'<path d="M3 5h26v22H3z" {PAPER}/>'
        '<path d="M19 6h9v20h-9z" fill="#2f78c4"/><path d="M7 11h8M7 15h8M7 19h5" '
        f"{LINE}/>"
    ),
    "help": f'<circle cx="16" cy="16" r="13" {PAPER}/>{question(16, 14)}',
}


def svg(name: str, size: int) -> str:
    """Return a picture as SVG."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" '
        f'viewBox="0 0 32 32">{DRAWN[name]}</svg>'
    )


def main() -> None:
    """Paint every picture in every size."""
    ICONS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        for name in DRAWN:
            for size in APP_SIZES if name == APP else SIZES:
                page.set_viewport_size({"width": size, "height": size})
                page.set_content(f'<body style="margin:0">{svg(name, size)}</body>')
                page.screenshot(path=ICONS / f"{name}-{size}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
