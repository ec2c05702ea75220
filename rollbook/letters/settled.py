"""Numbers about letters: as the office has settled them, else as the rule pack has them."""

from datetime import date

from rollbook.office import Office

OWN = {
    "letters.reply-days": "reply_school_days",
    "letters.minimum-possible": "fewest_possible",
    "letters.again-after": "again_after_school_days",
}
"""The pack's values, and the settings under ``[letters]`` in office.toml that come first."""


def settled(office: Office, name: str, day: date) -> int:
    """Return the number called ``name`` in the pack; 0 when neither says one."""
    own: int | None = getattr(office.settings.letters, OWN[name])
    if own is not None:
        return own
    pack = office.policy
    return pack.value(name, day).number if pack.has_value(name, day) else 0
