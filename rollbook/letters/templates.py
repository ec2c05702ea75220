"""Where a template is found: the office's own folder first, then the ones Rollbook brings."""

from functools import cache
from importlib import resources
from pathlib import Path

from rollbook.documents import Template
from rollbook.letters.fields import FIELDS
from rollbook.office import Office
from rollbook.package import write_whole

_SHIPPED = "letter_templates"
_ARCHIVE = ".used-templates"


def template_path(office: Office, stem: str, language: str) -> Path | None:
    """Return the Word file of a letter in a language, or None when there is none."""
    name = f"{stem}.{language}.docx"
    own = office.folders.templates / name
    if own.is_file():
        return own
    shipped = Path(str(resources.files(_SHIPPED).joinpath(name)))
    return shipped if shipped.is_file() else None


@cache
def _compiled(path: Path, modified: int) -> Template:
    return Template.compile(path, FIELDS)


def letter_template(office: Office, stem: str, language: str) -> Template:
    """Return the compiled template of a letter. It is compiled again only when it was edited.

    Raises ``TemplateError`` when it has a field or tag that it must not have.
    """
    path = template_path(office, stem, language)
    assert path is not None, f"{stem}.{language}"
    return _compiled(path, path.stat().st_mtime_ns)


def keep_template(office: Office, stem: str, language: str) -> str:
    """Keep a copy of the template as it is now, for reprints, and return its digest."""
    path = template_path(office, stem, language)
    assert path is not None, f"{stem}.{language}"
    digest = letter_template(office, stem, language).digest
    folder = office.folders.letters / _ARCHIVE
    folder.mkdir(exist_ok=True)
    kept = folder / f"{digest}.docx"
    if not kept.exists():
        write_whole(kept, path.read_bytes())
    return digest


def kept_template(office: Office, digest: str) -> Template:
    """Return the template as it was when a letter was prepared."""
    return _compiled(office.folders.letters / _ARCHIVE / f"{digest}.docx", 0)
