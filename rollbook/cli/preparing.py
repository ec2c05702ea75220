"""`rollbook letters due` and `draft`: who is due a letter, and preparing them."""

from collections.abc import Iterable, Sequence
from typing import Any

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.letters import in_states, letter_as_json, letters, letters_are, now
from rollbook.cli.show import complain, say, show_json, show_rows
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Letter, State
from rollbook.letters import LIVE, Corrected, DueLetter, corrected_since, draft, due_letters
from rollbook.standing import read_standing


@letters.command()
def due(office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """Letters that are due and not prepared yet, and those held back with the reason."""
    with opened(office) as opened_office:
        standing = read_standing(opened_office)
        with opened_office.ledger.read() as connection:
            live = book.letters(connection)
        found = due_letters(opened_office, standing, live, now().date())
        corrected = corrected_since(standing, live)
    if json:
        show_json({"due": [_due_as_json(one) for one in found],
                   "corrected_since": [
                       {"serial": one.letter.serial, "days": one.days, "stands": one.stands,
                        "what_now": one.what_now}
                       for one in corrected
                   ]})  # fmt: skip
        return
    _show_due(found)
    _show_corrected(corrected)
    ready = sum(one.ready for one in found)
    if ready:
        say(f"{letters_are(ready)} ready. Prepare with: rollbook letters draft")
    _tell_waiting(live)


def _show_due(found: Sequence[DueLetter]) -> None:
    rows = [
        (
            one.student.student_id,
            one.student.sort_name,
            one.trigger,
            one.guardian.name or "—",
            "ready" if one.ready else "held: " + "; ".join(one.reasons),
        )
        for one in found
    ]
    if rows:
        show_rows("Letters due", ("id", "student", "letter", "to", "state"), rows)
    else:
        say("No letter is due that is not prepared already.")


def _show_corrected(corrected: Sequence[Corrected]) -> None:
    if corrected:
        show_rows(
            "Printed or mailed, but a mark was corrected since",
            ("serial", "id", "to", "state", "corrected marks of", "what now"),
            [
                (one.letter.serial, one.letter.student_id, one.letter.guardian["name"],
                 one.letter.state.value, ", ".join(day.isoformat() for day in one.days),
                 one.what_now)
                for one in corrected
            ],
        )  # fmt: skip


def _tell_waiting(live: Iterable[Letter]) -> None:
    states = [letter.state for letter in live]
    for state, then in (
        (State.PREPARED, "Read them: rollbook letters list --state prepared"),
        (State.HELD, "See why: rollbook letters list --state held"),
        (State.APPROVED, "Print them: rollbook letters print"),
    ):
        if state in states:
            say(f"{letters_are(states.count(state))} {state.value}. {then}")


def _due_as_json(one: DueLetter) -> dict[str, Any]:
    return {
        "student_id": one.student.student_id,
        "student": one.student.name,
        "trigger": one.trigger,
        "part": one.part,
        "letter": one.template,
        "guardian": one.guardian.name,
        "language": one.language,
        "ready": one.ready,
        "reasons": list(one.reasons),
        "notes": list(one.notes),
    }


@letters.command("draft")
def draft_command(office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """Prepare the letters that are due and ready; withdraw those whose marks were corrected."""
    with opened(office) as opened_office:
        standing = in_states(opened_office, LIVE)
        prepared, held = draft(opened_office, read_standing(opened_office), now())
        void = {letter.serial: letter for letter in in_states(opened_office, [State.VOID])}
    withdrawn = [void[letter.serial] for letter in standing if letter.serial in void]
    if json:
        show_json({"letters": [letter_as_json(letter) for letter in prepared],
                   "held": [_due_as_json(one) for one in held],
                   "withdrawn": [letter_as_json(letter) for letter in withdrawn]})  # fmt: skip
        return
    for letter in withdrawn:
        complain(f"{letter.serial} is void, {letter.note}")
    say(f"{letters_are(len(prepared))} prepared, {len(held):,} held.")
    if held:
        _show_due(held)
    if prepared:
        say("Read them: rollbook letters list --state prepared")
        say("Then: rollbook letters approve --all")
