"""What is looked at before the first letter of a batch is written, and how a held one goes on."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rollbook.documents.fonts import faces_here
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Letter, State
from rollbook.letters import approve_letters, hold, print_letters, release_letters, step
from rollbook.letters.addresses import FEW, Places, shape_of, why_not_posted
from rollbook.letters.last_look import preflight
from rollbook.letters.preflight import flight_of, nothing_of_another, render
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.register import Guardian
from rollbook.standing import read_standing
from tests.letters.families import (
    ANA,
    LUIS,
    ROSA,
    SEPTEMBER,
    absences,
    draft,
    enrol,
    log,
    school,
    steps,
)
from tests.offices import NOW

US, GB = shape_of("en_US"), shape_of("en_GB")


def home(street: str = "12 Elm St", city: str = "Waco", postcode: str = "76701") -> dict[str, str]:
    return {"street": street, "city": city, "postcode": postcode}


@pytest.mark.parametrize("code", ["76701", "76701-2345", "767012345", " 76701 "])
def test_a_zip_code_has_five_or_nine_digits(code: str) -> None:
    assert list(why_not_posted(home(postcode=code), US)) == []


@pytest.mark.parametrize("code", ["7670", "767011", "7670l", "TX 76701", "76701-23"])
def test_what_is_no_zip_code_is_said(code: str) -> None:
    [why] = why_not_posted(home(postcode=code), US)
    assert why.startswith(f"“{code}” is no ZIP code: it has five digits")
    assert ("nought" in why) == (len(code) == 4)


@pytest.mark.parametrize("code", ["LS6 2AB", "ls62ab", "M1 1AE", "EC1A 1BB", "W1A 0AX", "GIR 0AA"])
def test_a_postcode_is_written_as_the_post_office_does(code: str) -> None:
    assert list(why_not_posted(home(postcode=code), GB)) == []


@pytest.mark.parametrize("code", ["LS6", "LS6 2A", "L56 22B", "QS6 2AB", "LS6 2CB", "76701"])
def test_what_is_no_postcode_is_said(code: str) -> None:
    [why] = why_not_posted(home(postcode=code), GB)
    assert why.startswith(f"“{code}” is no postcode")


@pytest.mark.parametrize("street", ["", "  ", "unknown", "N/A", "No fixed abode", "same as above"])
def test_a_street_that_is_none_is_said(street: str) -> None:
    [why] = why_not_posted(home(street), US)
    assert why.startswith("the address has no street")


def families(*homes: tuple[str, str, str]) -> list[Guardian]:
    return [
        replace(ROSA, student_id=str(n), street=street, city=city, postcode=code)
        for n, (street, city, code) in enumerate(homes)
    ]


def test_a_zip_code_that_others_have_in_another_city_is_said() -> None:
    others = [(f"{n} Oak Ave", "Dallas", "75201") for n in range(FEW)]
    places = Places(families(("1 Elm St", "Waco", "75201-1234"), *others), US)
    assert places.why_not_there(home(postcode="75201-1234")) == (
        "5 other families with ZIP code 75201-1234 live in Dallas, not Waco"
    )
    assert places.why_not_there(home(city="DALLAS", postcode="75201")) == ""
    assert places.why_not_there(home(postcode="76701")) == ""


def test_a_city_is_the_same_however_it_is_shortened() -> None:
    others = [(f"{n} Oak Ave", "Fort Worth", "76102") for n in range(FEW)]
    places = Places(families(("1 Elm St", "Ft. Worth", "76102"), *others), US)
    assert places.why_not_there(home(city="Ft. Worth", postcode="76102")) == ""


def test_few_families_or_several_cities_say_nothing_of_a_zip_code() -> None:
    few = Places(families(*[(f"{n} Oak", "Dallas", "75201") for n in range(FEW - 1)]), US)
    assert few.why_not_there(home(postcode="75201")) == ""
    mixed = [(f"{n} Oak", "Dallas" if n % 2 else "Garland", "75201") for n in range(9)]
    assert Places(families(*mixed), US).why_not_there(home(postcode="75201")) == ""


# --- a batch --------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A letter to each of two parents; the father's ZIP code lacks a digit."""
    office = school(tmp_path)
    enrol(office, ANA, (ROSA, replace(LUIS, postcode="7670")))
    absences(office, SEPTEMBER)
    return office


def approved(office: Office) -> list[str]:
    serials = [letter.serial for letter in draft(office)]
    step(office, serials, State.APPROVED, NOW)
    return serials


def states(office: Office) -> list[State]:
    return [one.state for one in log(office)]


def looked_at(office: Office, letters: Sequence[Letter]) -> tuple[list[str], dict[str, str]]:
    looked = preflight(office, read_standing(office), letters, NOW)
    return [one.serial for one in looked.ready], {one.serial: why for one, why in looked.held}


def test_a_letter_with_a_fault_is_held_and_the_others_go(office: Office) -> None:
    rosas, luis = approved(office)
    batch = print_letters(office, NOW)
    assert [one.serial for one in batch.printed] == [rosas]
    [(letter, why)] = batch.held
    assert (letter.serial, letter.state) == (luis, State.HELD)
    assert "Luis O’Neil: “7670” is no ZIP code" in why and "drop the contacts" in why
    assert states(office) == [State.PRINTED, State.HELD]


def test_a_preflight_enters_nothing(office: Office) -> None:
    rosas, luis = approved(office)
    ready, held = looked_at(office, log(office))
    assert (ready, list(held)) == ([rosas], [luis])
    enrol(office, replace(ANA, flags=frozenset({"bereavement"})))
    ready, held = looked_at(office, log(office))
    assert ready == [] and "a bereavement is noted" in held[rosas]
    assert states(office) == [State.APPROVED, State.APPROVED]


def test_a_held_letter_goes_as_it_is_only_by_a_word_and_with_a_reason(office: Office) -> None:
    _, luis = approved(office)
    print_letters(office, NOW)
    assert approve_letters(office, [luis], NOW)[0] == []
    assert log(office)[1].state is State.HELD
    with pytest.raises(NotAllowed, match="Say why it may go as it is"):
        approve_letters(office, [luis], NOW, as_is=True)
    approve_letters(office, [luis], NOW, "the post office takes it", as_is=True)
    assert steps(office, luis)[-1].note == "as it is: the post office takes it"
    [printed] = print_letters(office, NOW).printed
    assert printed.serial == luis


def test_a_letter_whose_fault_is_mended_is_approved_like_any_other(office: Office) -> None:
    _, luis = approved(office)
    [letter] = [one for one in log(office) if one.serial == luis]
    kept = office.folders.letters / ".used-templates" / f"{letter.template_digest}.docx"
    enrol(office, ANA, (ROSA, LUIS))  # his address was mended: that letter is written anew
    away = kept.rename(kept.with_suffix(".away"))
    print_letters(office, NOW)
    assert states(office) == [State.HELD, State.VOID]
    rosas = log(office)[0].serial
    assert approve_letters(office, [rosas], NOW, "as it is", as_is=True)[0] == []  # it cannot
    away.rename(kept)
    [again], _ = approve_letters(office, [rosas], NOW)
    assert again.state is State.APPROVED


def test_nobody_lets_a_letter_go_to_whom_a_court_order_keeps_it_from(office: Office) -> None:
    rosas, _ = approved(office)
    enrol(office, ANA, (replace(ROSA, court_order=True), LUIS))
    why = {one.serial: (one.state, text) for one, text in print_letters(office, NOW).held}
    assert why[rosas][0] is State.VOID and "court order" in why[rosas][1]
    with pytest.raises(NotAllowed, match="is void and cannot become approved"):
        approve_letters(office, [rosas], NOW, "the judge is a friend", as_is=True)


def test_a_printed_letter_is_not_printed_again_to_whom_it_may_not_go(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    [serial] = approved(office)
    print_letters(office, NOW)
    enrol(office, ANA, (replace(ROSA, court_order=True), LUIS))
    batch = print_letters(office, NOW, [serial])
    [(letter, why)] = batch.held
    assert batch.printed == () and "court order" in why and f"void {serial} --again" in why
    assert letter.state is State.PRINTED


def test_a_printed_letter_is_not_printed_again_when_its_marks_were_corrected(
    tmp_path: Path,
) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    [serial] = approved(office)
    print_letters(office, NOW)
    absences(office, SEPTEMBER[2:], symbol="E")
    [(_, why)] = print_letters(office, NOW, [serial]).held
    assert "a mark it rests on was corrected since" in why


def test_two_letters_that_tell_one_person_the_same_are_not_both_printed(tmp_path: Path) -> None:
    office = school(tmp_path, letters={"again_after_school_days": 0})
    enrol(office)
    absences(office, SEPTEMBER)
    [first] = approved(office)
    print_letters(office, NOW)
    with office.ledger.write() as connection:
        [letter] = book.letters(connection)
        twin = replace(letter, serial="L-2026-00002", state=State.APPROVED, file="", note="")
        book.save_letter(connection, twin, NOW.isoformat(), "")
    [(held, why)] = print_letters(office, NOW).held
    assert held.serial == "L-2026-00002"
    assert why.startswith(f"{first} (printed) tells Rosa García the same from the same marks")


def test_a_language_changed_on_the_roster_holds_the_letter(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    [serial] = approved(office)
    enrol(office, ANA, (replace(ROSA, language="es"),))
    ready, held = looked_at(office, log(office))
    assert ready == [] and "reads “es” on the roster" in held[serial]


def test_a_language_without_a_template_is_told_and_holds_nothing(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office, ANA, (replace(ROSA, language="vi"),))
    absences(office, SEPTEMBER)
    [serial] = approved(office)
    looked = preflight(office, read_standing(office), log(office), NOW)
    assert [one.serial for one in looked.ready] == [serial]
    assert list(looked.notes) == [(serial, "no “vi” template, so it is in “en”")]


def test_an_address_that_is_not_the_last_letters_is_told(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    [first] = approved(office)
    print_letters(office, NOW)
    step(office, [first], State.MAILED, NOW)
    enrol(office, ANA, (replace(ROSA, street="9 New St"),))
    absences(office, [*SEPTEMBER, "2026-10-06", "2026-10-08", "2026-10-13"])
    second = [one.serial for one in draft(office)]
    looked = preflight(office, read_standing(office), log(office)[1:], NOW)
    assert [one for one in looked.notes if one[0] in second] == [
        (serial, f"the address is another than that of {first}") for serial in second
    ]


# --- held by hand ---------------------------------------------------------------------------------


def test_what_a_person_holds_only_a_person_releases(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    [serial] = approved(office)
    hold(office, [serial], "ask the counsellor", NOW)
    note = f"ask the counsellor; when it may go: rollbook letters release {serial}"
    assert log(office)[0].note == note
    enrol(office, replace(ANA, flags=frozenset({"bereavement"})))
    assert print_letters(office, NOW).printed == ()
    assert log(office)[0].note == note
    _, [stopped] = release_letters(office, [serial], NOW)
    assert "a bereavement is noted" in stopped.note  # that has come up since
    enrol(office)
    [released], _ = release_letters(office, [serial], NOW, "spoken with her")
    assert (released.state, released.note) == (State.PREPARED, "spoken with her")


def test_a_letter_is_held_with_a_reason_and_only_before_it_is_printed(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER)
    [serial] = approved(office)
    with pytest.raises(NotAllowed, match="Say why"):
        hold(office, [serial], " ", NOW)
    assert hold(office, [], "nobody is meant", NOW) == []
    print_letters(office, NOW)
    with pytest.raises(NotAllowed, match="is printed and cannot become held"):
        hold(office, [serial], "too late", NOW)
    with pytest.raises(NotAllowed, match="is printed and is not held"):
        release_letters(office, [serial], NOW)


def test_a_name_no_font_shows_holds_its_letter(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office, replace(ANA, given_name="Ana\U0001e900\U0001e901"), (ROSA,))  # Adlam, as of 2016
    absences(office, SEPTEMBER)
    [serial] = approved(office)
    ready, held = looked_at(office, log(office))
    if faces_here():
        assert (
            ready == [] and "no font on this computer shows \U0001e900 \U0001e901" in held[serial]
        )
    else:
        assert ready == [serial]


def test_what_says_who_the_letter_before_is_to_is_found(office: Office) -> None:
    approved(office)
    first, second = log(office)
    flight = flight_of(office, read_standing(office), NOW.date(), log(office))
    rendered, _ = render(office, second)
    assert rendered
    assert list(nothing_of_another(flight, second, rendered)) == []
    flight.before = first
    assert list(nothing_of_another(flight, second, rendered)) == []
    mixed, _ = render(office, first)  # as if the wrong letter had been filled
    assert mixed
    [reason] = nothing_of_another(flight, second, mixed)
    assert f"“{first.serial}”" in reason.what and "“Rosa García”" in reason.what
    assert not reason.may_go
