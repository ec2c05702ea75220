"""Where a template is found: the office's own folder first, then the ones Rollbook brings."""

from functools import cache
from importlib import resources
from pathlib import Path

from rollbook.documents import Template
from rollbook.documents.logo import Logo, find_logo, with_logo
from rollbook.documents.mergefields import with_tags
from rollbook.documents.template import read_template
from rollbook.letters.fields import FIELDS
from rollbook.office import Office
from rollbook.package import write_whole
from rollbook.problems import TemplateError

ALWAYS_SHOWN = ("student_name", "guardian_name", "address_lines", "serial")
"""What every letter must show: without these it reaches the wrong person, or nobody finds it."""

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


def letter_template(office: Office, stem: str, language: str) -> Template:
    """Return the compiled template of a letter, with the school's logo in its letterhead.

    It is compiled again only when it, or the logo, was edited.

    Raises ``TemplateError`` when there is none, when it has a field or tag that it must not have,
    when it leaves out what every letter must show, or when the logo cannot be used.
    """
    path = template_path(office, stem, language)
    if path is None:
        raise TemplateError(f"There is no template “{stem}.{language}.docx”.")
    template = template_at(office, path)
    left_out = [name for name in ALWAYS_SHOWN if name not in template.fields]
    if left_out:
        tags = " and ".join(f"{{{{ {name} }}}}" for name in left_out)
        raise TemplateError(
            f"The template “{path.name}” does not show {tags}. Every letter needs it: put it back."
        )
    return template


def template_at(office: Office, path: Path) -> Template:
    """Return a Word file compiled as letters are made from it: tags for merge fields, the logo."""
    logo = find_logo(office.settings.school.logo, (office.folders.root, office.folders.templates))
    own_names = tuple(sorted(office.settings.letters.merge_fields.items()))
    modified = path.stat().st_mtime_ns
    return _with_letterhead(path, modified, logo, office.settings.name, own_names)


def why_unusable(office: Office, stem: str, language: str) -> str:
    """Say why the template of a letter cannot be used; empty when it can."""
    try:
        letter_template(office, stem, language)
    except TemplateError as error:
        return " ".join(str(error).split())
    return ""


def keep_template(office: Office, stem: str, language: str) -> str:
    """Keep a copy of the template as it is now, for reprints, and return its digest."""
    template = letter_template(office, stem, language)
    folder = office.folders.letters / _ARCHIVE
    folder.mkdir(exist_ok=True)
    kept = folder / f"{template.digest}.docx"
    if not kept.exists():
        write_whole(kept, template.source)
    return template.digest


def kept_template(office: Office, digest: str) -> Template:
    """Return the template as it was when a letter was prepared.

    Raises ``TemplateError`` when somebody has deleted the copy.
    """
    path = office.folders.letters / _ARCHIVE / f"{digest}.docx"
    if not path.is_file():
        raise TemplateError(
            f"the copy of its template in “{path.parent}” is gone; void the letter, and prepare it "
            "again with: rollbook letters draft"
        )
    template = _compiled(path, path.stat().st_mtime_ns)
    if template.digest != digest:
        raise TemplateError(
            f"the copy of its template in “{path.parent}” was changed since; put the copy of a "
            "backup there, or void the letter, and prepare it again with: rollbook letters draft"
        )
    return template


@cache
def _with_letterhead(
    path: Path,
    modified: int,
    logo: Logo | None,
    school: str,
    own_names: tuple[tuple[str, str], ...],
) -> Template:
    """Compile a template; one made for Word's mail merge is taken over first, and so kept."""
    content = with_tags(read_template(path), dict(own_names), allowed=FIELDS, name=path.name)
    return Template.compile(with_logo(content, logo, school), FIELDS, name=path.name)


@cache
def _compiled(path: Path, modified: int) -> Template:
    return Template.compile(path, FIELDS)
