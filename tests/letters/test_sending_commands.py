"""`rollbook letters send`, `bounced` and `messages` as a clerk uses them."""

from dataclasses import replace
from pathlib import Path

import pytest

from rollbook.documents import converter
from rollbook.ledger.letters import State
from rollbook.letters import step
from rollbook.office import Office
from tests.letters.families import ANA, LUIS, ROSA, SEPTEMBER, absences, draft, enrol, school
from tests.letters.mail import Post, mail_server
from tests.letters.test_commands import data, run
from tests.letters.test_sending import EMAIL
from tests.offices import NOW

pytestmark = pytest.mark.skipif(converter() is None, reason="letters are sent as PDF")

FAMILY = (
    replace(ROSA, email="rosa@family.example", phone="512-555-0142"),
    replace(LUIS, phone="555-0142 work"),
    replace(ROSA, name="Olga García", relation="aunt", order=3, email="olga@family.example"),
)


def office_at(root: Path, port: int) -> Office:
    office = school(root, email=EMAIL | {"port": port, "per_minute": 6000})
    enrol(office, ANA, FAMILY)
    absences(office, SEPTEMBER)
    step(office, [one.serial for one in draft(office)], State.APPROVED, NOW)
    office.ledger.close()
    return office


def test_a_clerk_sends_what_may_go_and_prints_the_rest(tmp_path: Path) -> None:
    post = Post(at_the_end=lambda number: None if number == 2 else "250 OK")
    with mail_server(post) as port:
        office = office_at(tmp_path, port).folders.root
        ways = data(office, "send", "--dry-run")["letters"]
        assert [one["way"] for one in ways] == ["e-mail", "post", "e-mail"]
        assert "Luis O’Neil has no e-mail address" in ways[1]["why"]
        assert post.given == []
        status, out, complaints = run(office, "send")
    rosa, luis, olga = (one["serial"] for one in ways)
    assert status == 1  # one is in doubt: somebody must look
    assert "1 letter is sent by e-mail." in out
    assert "1 approved letter for the post: rollbook letters print" in out
    said = " ".join(complaints.split())
    assert f"{olga} to olga@family.example" in said
    assert f"If it went: rollbook letters mailed {olga}" in said
    assert data(office, "send", "--dry-run")["unclear"] == [olga]
    assert data(office, "print")["printed"] == [luis]
    mailed = data(office, "mailed", "--all")["letters"]
    assert [one["serial"] for one in mailed] == [luis]
    _, out, _ = run(office, "show", rosa)
    assert "How it was delivered" in out
    assert "rosa@family.example" in out
    status, out, _ = run(office, "bounced", "rosa@family.example", "--reason", "moved")
    assert f"rollbook letters print {rosa}" in out
    assert data(office, "print", rosa)["printed"] == [rosa]


def test_without_a_mail_server_the_command_says_what_to_do(tmp_path: Path) -> None:
    office = school(tmp_path).folders.root
    status, _, complaints = run(office, "send")
    assert status == 1
    assert "office.toml names no mail server" in complaints
    _, out, _ = run(office, "doctor", room="")
    assert "not set up: all letters go by post" in out


def test_doctor_asks_the_mail_server_only_when_told(tmp_path: Path) -> None:
    office = office_at(tmp_path, 1).folders.root
    _, out, _ = run(office, "doctor", room="")
    assert "ask it with: rollbook doctor --try" in out
    status, out, _ = run(office, "doctor", "--try", room="")
    assert status == 1
    assert "nothing answers there" in out


def test_the_list_of_texts_is_a_file_and_each_goes_once(tmp_path: Path) -> None:
    office = office_at(tmp_path, 1).folders.root
    target = tmp_path / "messages.csv"
    words = ("messages", "--state", "approved", "--to", str(target))
    status, out, complaints = run(office, *words, "--sent")
    assert status == 0
    assert "2 messages, sent as 2 texts" in out
    assert "no telephone on the roster" in complaints
    lines = target.read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[0] == "phone,language,text,serials,texts"
    assert lines[1].startswith("+15125550142,en,")
    assert lines[2].startswith("555-0142 work,en,")
    assert data(office, "messages", "--state", "approved")["messages"] == []
    assert len(data(office, "messages", "--state", "approved", "--again")["messages"]) == 2
    status, _, complaints = run(office, "messages", "--state", "void")
    assert status == 1
    assert "approved, printed or mailed" in complaints
