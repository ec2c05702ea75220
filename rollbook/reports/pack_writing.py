"""The page of a rule pack written as one HTML file that needs nothing else, or as Markdown."""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from rollbook.package import need_folder, write_whole
from rollbook.problems import NotAllowed
from rollbook.reports.pack_page import CHECK, Entry, Line, PackPage, Rows, Section

_STYLE = """
:root { --ink: #1d2733; --paper: #ffffff; --accent: #1f5fa8; --grey: #5b6672; --line: #d5dae0;
  --watch: #fff4ce; --watch-ink: #1d2733; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf1; --paper: #141a21;
  --accent: #8ab8ee; --grey: #a3adb8; --line: #36404b; --watch: #4a3f14; --watch-ink: #fff4ce; } }
body { font: 16px/1.5 system-ui, "Segoe UI", Arial, sans-serif; color: var(--ink);
  background: var(--paper); max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.9rem; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 .25rem; padding-top: .75rem;
  border-top: 2px solid var(--accent); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; }
a { color: var(--accent); overflow-wrap: anywhere; }
nav { color: var(--grey); }
nav a { white-space: nowrap; }
.id { color: var(--grey); font-weight: normal; font-family: ui-monospace, Consolas, monospace;
  font-size: .9em; }
.check { background: var(--watch); color: var(--watch-ink); font-weight: normal; font-size: .85rem;
  padding: .05rem .45rem; border-radius: .2rem; white-space: nowrap; }
dl { display: grid; grid-template-columns: 11rem 1fr; gap: .1rem 1rem; margin: 0; }
dt { color: var(--grey); }
dd { margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0;
  border-bottom: 1px solid var(--line); }
th { color: var(--grey); font-weight: normal; }
td:first-child { font-weight: 600; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } }
@media print { body { font-size: 10.5pt; margin: 0; max-width: none; } nav { display: none; }
  article, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } }
"""


def write_page(page: PackPage, to: Path) -> None:
    """Write the page to ``to``, as its ending says: ``.html`` or ``.md``."""
    writers = {".html": as_html, ".htm": as_html, ".md": as_markdown}
    writer = writers.get(to.suffix.lower())
    if writer is None:
        raise NotAllowed(f"“{to.name}” must end in .html or .md.")
    need_folder(to)
    write_whole(to, writer(page).encode("utf-8"))


# --- HTML -----------------------------------------------------------------------------------------


def as_html(page: PackPage) -> str:
    """Return the page as one HTML file, for the screen and for paper."""
    links = " · ".join(
        f'<a href="#{_anchor(section.title)}">{escape(section.title)}</a>'
        for section in page.sections
    )
    body = "\n".join(_html_section(section) for section in page.sections)
    says = "".join(f"<p>{escape(sentence)}</p>" for sentence in page.says)
    title = escape(page.title)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}: the rules</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>{title}: the rules</h1>{says}<nav>{links}</nav></header>\n"
        f"<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _html_section(section: Section) -> str:
    inside = "\n".join(_html_entry(entry) for entry in section.entries)
    return (
        f'<section id="{_anchor(section.title)}"><h2>{escape(section.title)}</h2>'
        f"<p>{escape(section.says)}</p>\n{_html_rows(section.rows)}{inside}</section>"
    )


def _html_entry(entry: Entry) -> str:
    name = f' <span class="id">{escape(entry.id)}</span>' if entry.id else ""
    check = f' <span class="check">{CHECK}</span>' if entry.check else ""
    anchor = f' id="{escape(entry.id)}"' if entry.id else ""
    lines = "".join(
        f"<dt>{escape(line.label)}</dt><dd>{_html_text(line)}</dd>" for line in entry.lines
    )
    facts = f"<dl>{lines}</dl>" if lines else ""
    return (
        f"<article{anchor}><h3>{escape(entry.title)}{name}{check}</h3>"
        f"{facts}{_html_rows(entry.rows)}</article>"
    )


def _html_text(line: Line) -> str:
    if line.url.startswith("https://"):
        return f'<a href="{escape(line.url)}">{escape(line.text)}</a>'
    return escape(line.text)


def _html_rows(rows: Rows | None) -> str:
    if rows is None:
        return ""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in rows.columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows.rows
    )
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>\n"
    )


def _anchor(title: str) -> str:
    return re.sub(r"\W+", "-", title.lower())


# --- Markdown -------------------------------------------------------------------------------------


def as_markdown(page: PackPage) -> str:
    """Return the page as Markdown."""
    return "\n".join(_markdown(page)) + "\n"


def _markdown(page: PackPage) -> Iterator[str]:
    yield f"# {page.title}: the rules\n"
    for sentence in page.says:
        yield f"{_plain(sentence)}\n"
    for section in page.sections:
        yield f"## {section.title}\n\n{section.says}\n"
        yield from _markdown_rows(section.rows)
        for entry in section.entries:
            name = f" (`{entry.id}`)" if entry.id else ""
            check = f" — *{CHECK}*" if entry.check else ""
            yield f"### {_plain(entry.title)}{name}{check}\n"
            for line in entry.lines:
                link = f" <{line.url}>" if line.url and line.url != line.text else ""
                yield f"- **{line.label}**: {_plain(line.text)}{link}"
            yield ""
            yield from _markdown_rows(entry.rows)


def _markdown_rows(rows: Rows | None) -> Iterator[str]:
    if rows is None:
        return
    yield f"| {' | '.join(rows.columns)} |"
    yield f"|{'---|' * len(rows.columns)}"
    for row in rows.rows:
        yield f"| {' | '.join(_plain(cell) for cell in row)} |"
    yield ""


def _plain(text: str) -> str:
    r"""Return text in which Markdown sees no marks of its own; a code may be ``*`` or ``\``."""
    return re.sub(r"([\\`*_|<>#\[\]])", r"\\\1", text)
