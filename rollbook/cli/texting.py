"""`rollbook letters messages`: a list of texts for the school's own text-message system."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.letters import in_states, letters, now, state_of
from rollbook.cli.show import complain, say, show_json, show_rows
from rollbook.ledger.letters import State
from rollbook.letters.messages import (
    MessageList,
    TextMessage,
    message_list,
    note_texted,
    taken_back,
    texted,
)
from rollbook.problems import NotAllowed, counted
from rollbook.reports import Column, Table
from rollbook.standing import read_standing


@letters.command()
def messages(
    to: Annotated[
        Path | None, typer.Option(help="A .csv or .xlsx file for your text-message system.")
    ] = None,
    state: Annotated[
        str, typer.Option(help="About the letters in this state: approved, printed or mailed.")
    ] = "mailed",
    sent: Annotated[
        bool, typer.Option("--sent", help="Note in the log that these messages were sent.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also about letters that were texted about before.")
    ] = False,
    plain: Annotated[
        bool,
        typer.Option("--plain", help="Without accents that texts have no room for (dias)."),
    ] = False,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """A list of text messages, one a telephone, for the school's own text-message system."""
    wanted = state_of(state)
    if wanted not in (State.APPROVED, State.PRINTED, State.MAILED):
        raise NotAllowed("Texts go out about letters that are approved, printed or mailed.")
    with opened(office) as opened_office:
        left_out = {*taken_back(opened_office), *(() if again else texted(opened_office))}
        about = [one for one in in_states(opened_office, [wanted]) if one.serial not in left_out]
        found = message_list(opened_office, read_standing(opened_office), about, plain=plain)
        if to:
            _table(found.messages).write(to)
        if sent:
            note_texted(opened_office, found.messages, now())
    if json:
        show_json({"messages": [_message_as_json(one) for one in found.messages],
                   "without": [{"serial": letter.serial, "why": why}
                               for letter, why in found.without]})  # fmt: skip
        return
    _tell_messages(found, to, wanted, sent)


def _tell_messages(found: MessageList, to: Path | None, state: State, sent: bool) -> None:
    by_reason: dict[str, list[str]] = defaultdict(list)
    for letter, why in found.without:
        by_reason[why].append(letter.serial)
    for why, serials in by_reason.items():
        complain(f"No text about {', '.join(serials)}: {why}")
    if not found.messages:
        say(f"No letter that is {state.value} calls for a text that was not sent before.")
        return
    texts = sum(one.parts for one in found.messages)
    size = f"{counted(len(found.messages), 'message')}, sent as {counted(texts, 'text')}"
    if to:
        say(f"{size}: {to}")
    else:
        show_rows(
            f"{size}",
            ("phone", "language", "text", "about", "texts"),
            [(one.phone, one.language, one.text, ", ".join(one.serials), one.parts)
             for one in found.messages],
        )  # fmt: skip
        say("Write them to a file: --to messages.csv")
    if sent:
        say("Noted in the log as sent.")
    else:
        say("When they were sent, run the same once more with --sent.")


def _table(found: Sequence[TextMessage]) -> Table:
    titles = ("phone", "language", "text", "serials", "texts")
    return Table(
        "messages",
        "Text messages about letters",
        [Column(title, is_number=title == "texts") for title in titles],
        [(one.phone, one.language, one.text, " ".join(one.serials), one.parts) for one in found],
    )


def _message_as_json(one: TextMessage) -> dict[str, object]:
    return {
        "phone": one.phone,
        "language": one.language,
        "text": one.text,
        "serials": list(one.serials),
        "texts": one.parts,
    }
