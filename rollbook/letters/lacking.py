"""Which letters of a rule pack have no Word template, and which are waited for but never sent."""

from importlib import resources
from pathlib import Path

from rollbook.ledger import people, staff
from rollbook.office import Office
from rollbook.office.staff import Staff
from rollbook.policy import PolicyPack
from rollbook.problems import Problem, note

_SHIPPED = "letter_templates"


def settings_lacking(office: Office) -> list[str]:
    """Return what a letter needs and neither ``office.toml`` nor a list of staff says."""
    with office.ledger.read() as connection:
        listed = Staff(staff.staff(connection))
        campuses = {*people.campuses(connection).values()}
    return listed.lacking(office.settings, sorted(campuses))


def letters_without_template(pack: PolicyPack, own: Path | None = None) -> list[Problem]:
    """Name each rule or requested letter without a template in the pack's language.

    ``own`` is the office's own folder of templates, looked in before those Rollbook brings.
    """
    shipped = resources.files(_SHIPPED)
    folders = (own, shipped) if own else (shipped,)
    found = []
    for trigger in pack.triggers:
        name = f"{trigger.letter}.{pack.language}.docx"
        if trigger.letter and not any(folder.joinpath(name).is_file() for folder in folders):
            where = f"“{own}”" if own else "the folder of letter templates"
            found.append(
                note(
                    "letter-without-template",
                    f"{trigger.place}: its letter has no template. Put “{name}” into {where}, "
                    'or write letter = "" for a list only.',
                    value=trigger.letter,
                )
            )
    for one in pack.requested:
        name = f"{one.letter}.{pack.language}.docx"
        if not any(folder.joinpath(name).is_file() for folder in folders):
            where = f"“{own}”" if own else "the folder of letter templates"
            found.append(
                note(
                    "letter-without-template",
                    f"{pack.title}, requested letter “{one.id}”: it has no template. Put “{name}” "
                    f"into {where}.",
                    value=one.letter,
                )
            )
    return found


def letters_waited_for(pack: PolicyPack) -> list[Problem]:
    """Name each trigger that waits for letters of one that sends none: it would never be found."""
    sends = {trigger.id for trigger in pack.triggers if trigger.letter}
    found = []
    for trigger in pack.triggers:
        waits = {other for terms in trigger.terms for other in getattr(terms, "after", ())}
        for other in sorted(waits - sends):
            found.append(
                note(
                    "letter-never-sent",
                    f"Trigger “{trigger.id}” waits for letters of “{other}”, which sends none. "
                    f"Give “{other}” its letter again, or do not rely on “{trigger.id}”.",
                    value=trigger.id,
                )
            )
    return found
