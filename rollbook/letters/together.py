"""Who gets more than one letter, so that a clerk can put them into one envelope."""

from collections import defaultdict
from collections.abc import Sequence

from rollbook.ledger.letters import Letter


def several_to_one(letters: Sequence[Letter]) -> list[tuple[str, list[Letter]]]:
    """Return who gets more than one of these letters: the same person at the same address."""
    together: dict[tuple[str, ...], list[Letter]] = defaultdict(list)
    for letter in letters:
        person = (letter.guardian[part] for part in ("name", "street", "city", "postcode"))
        together[tuple(person)].append(letter)
    return [(key[0], found) for key, found in together.items() if len(found) > 1]
