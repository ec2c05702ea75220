"""Letters of old programs: known by the signs they become, never guessed."""

import pytest

from rollbook.importers.encodings import damaged_utf8, other_readings

NAMES = "José Muñoz, Beyoncé Dálaigh, JOSÉ MUÑOZ, Zoë Núñez"


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman"])
def test_names_of_old_programs_read_two_ways(encoding: str) -> None:
    readings = other_readings(NAMES.replace("JOSÉ", "").encode(encoding))
    assert list(readings) == ["cp1252", encoding]
    assert readings[encoding] in NAMES and readings["cp1252"] not in NAMES


def test_bytes_windows_never_wrote_are_an_old_programs() -> None:
    assert dict(other_readings("7,Müller\n8,Bü\n".encode("cp850"))) == {
        "cp850": "Müller",
        "mac_roman": "MÅller",
    }


def test_polish_names_read_two_ways() -> None:
    readings = other_readings("7,Wałęsa\n8,Żółkowski\n".encode("cp1250"))
    assert dict(readings) == {"cp1252": "Wa³êsa", "cp1250": "Wałęsa"}


@pytest.mark.parametrize(
    "text",
    [
        NAMES,
        "O’Neil – “café” it’s ill… £5 Office™ 20°C m² 5½ ¿Qué? ¡Sí! García–López ÓSCAR Ó Briain",
        "ÅNGSTRÖM ÆSA Œuvre Žižek Straße PIÑATA ÉCOLE LE BÉ",
        "plain letters only",
        "",
    ],
)
def test_what_windows_wrote_is_not_asked_about(text: str) -> None:
    assert other_readings(text.encode("cp1252")) == {}


def test_a_line_of_utf8_that_was_cut_is_found() -> None:
    whole = ("id,name\n" + "7,José\n" * 9).encode()
    assert damaged_utf8(whole) == 0
    assert damaged_utf8(whole[:-2]) == 10
    assert damaged_utf8("7,RENÉ’S ÉCOLE, É\n".encode("cp1252")) == 0
    assert damaged_utf8(NAMES.encode("cp1252")) == 0
