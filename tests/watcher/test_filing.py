"""Files are moved whole, under names that can be shown, and never onto one another."""

import errno
import os
from datetime import datetime
from pathlib import Path

import pytest

from rollbook.posting.slips import refused_because
from rollbook.problems import refuse
from watcher import filing

NOW = datetime(2026, 11, 20, 9, 0)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A drop folder, the received folder, and this office's claims in the drop folder."""
    for name in ("drop", "received"):
        (tmp_path / name).mkdir()
    return tmp_path / "drop", tmp_path / "received", tmp_path / "drop" / ".rollbook-1"


@pytest.fixture
def other_disk(monkeypatch: pytest.MonkeyPatch, folders: tuple[Path, Path, Path]) -> None:
    """Let the drop folder be on another disk: nothing is renamed out of it."""
    drop, rename = folders[0], os.rename

    def refusing(source: Path, target: Path) -> None:
        if source.is_relative_to(drop) and not target.is_relative_to(drop):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        rename(source, target)

    monkeypatch.setattr(os, "rename", refusing)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("week 1.csv", "week 1.csv"),
        ("a\tb\n.csv", "a_b_.csv"),
        ("cod\u202eslx.exe", "cod_slx.exe"),  # a letter that turns the direction of writing
        ("M\udcfcller.csv", "Müller.csv"),
        ("x" * 300 + ".csv", "x" * 146 + ".csv"),
        ("第" * 100 + ".csv", "第" * 48 + ".csv"),
        ("x" * 300, "x" * 150),
        ("a." + "x" * 300, "a." + "x" * 148),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="names of bytes are known to POSIX only")
def test_names_are_made_legible(name: str, shown: str) -> None:
    assert filing.legible(name) == shown


def test_a_claimed_file_is_in_received_only(folders: tuple[Path, Path, Path]) -> None:
    drop, received, claims = folders
    (drop / "a.csv").write_text("1", "utf-8")
    assert filing.claim(drop / "a.csv", received, claims) == received / "a.csv"
    assert not list(drop.iterdir())


def test_a_claim_never_replaces_a_file(folders: tuple[Path, Path, Path]) -> None:
    drop, received, claims = folders
    for number in ("1", "2", "3"):
        (drop / "a.csv").write_text(number, "utf-8")
        filing.claim(drop / "a.csv", received, claims)
    kept = {path.name: path.read_text("utf-8") for path in received.iterdir()}
    assert kept == {"a.csv": "1", "a (2).csv": "2", "a (3).csv": "3"}


def test_the_loser_of_a_race_is_told(folders: tuple[Path, Path, Path]) -> None:
    drop, received, claims = folders
    with pytest.raises(FileNotFoundError):
        filing.claim(drop / "gone.csv", received, claims)


@pytest.mark.usefixtures("other_disk")
def test_a_file_is_brought_over_from_another_disk(folders: tuple[Path, Path, Path]) -> None:
    drop, received, claims = folders
    (drop / "a.csv").write_text("1", "utf-8")
    assert filing.claim(drop / "a.csv", received, claims).read_text("utf-8") == "1"
    assert not list(drop.iterdir())


@pytest.mark.usefixtures("other_disk")
def test_two_claims_of_one_name_on_another_disk_are_both_kept(
    folders: tuple[Path, Path, Path],
) -> None:
    drop, received, claims = folders
    claims.mkdir()
    (claims / "a.csv").write_text("cut short", "utf-8")
    (drop / "a.csv").write_text("new", "utf-8")
    filing.claim(drop / "a.csv", received, claims)
    filing.claim(claims / "a.csv", received, claims)
    assert sorted(path.read_text("utf-8") for path in received.iterdir()) == ["cut short", "new"]
    assert not list(drop.iterdir())


def test_a_file_held_for_a_moment_is_waited_for(
    folders: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    drop, received, claims = folders
    (drop / "a.csv").write_text("1", "utf-8")
    rename, held = os.rename, [PermissionError("held by a virus scanner")] * 2

    def holding(source: Path, target: Path) -> None:
        if held:
            raise held.pop()
        rename(source, target)

    monkeypatch.setattr(os, "rename", holding)
    monkeypatch.setattr(filing, "PAUSES", (0, 0))
    assert filing.claim(drop / "a.csv", received, claims).exists()


def test_a_slip_is_text_that_notepad_shows(tmp_path: Path) -> None:
    (tmp_path / "refused").mkdir()
    (tmp_path / "été.csv").write_text("1", "utf-8")
    problem = refuse("empty", "“été.csv” is empty. Export the register again.")
    filed, _ = filing.file_refused(tmp_path / "été.csv", tmp_path / "refused", NOW, [problem])
    raw = filed.with_name("été.csv.why.txt").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\n") == raw.count(b"\r\n") > 3
    assert raw.decode("utf-8-sig").splitlines()[0] == (
        "été.csv was not posted (20 November 2026 at 09:00). The ledger did not change."
    )


def test_a_refused_file_is_found_by_its_reason_and_taken_back_with_its_slip(tmp_path: Path) -> None:
    refused, received = tmp_path / "refused", tmp_path / "received"
    for name in ("refused", "received"):
        (tmp_path / name).mkdir()
    for name, slug in (("a.csv", "nobody-known"), ("b.csv", "empty")):
        (tmp_path / name).write_text("1", "utf-8")
        filing.file_refused(tmp_path / name, refused, NOW, [refuse(slug, "Nobody is known.")])
    (refused / "c.csv.why.txt").write_text("Reason: nobody-known", "utf-8")  # its file is gone
    assert refused_because(refused, "nobody-known") == [refused / "a.csv"]
    assert filing.take_back(refused / "a.csv", received) == received / "a.csv"
    assert not (refused / "a.csv.why.txt").exists()


def test_a_long_list_of_held_rows_is_cut_but_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1", "utf-8")
    held = [f"Row {number}: no." for number in range(filing.ROWS_ON_A_SLIP + 1_200)]
    filed = filing.file_posted(tmp_path / "a.csv", tmp_path / "posted", NOW, held)
    lines = filed.with_name("a.csv.held.txt").read_text("utf-8-sig").splitlines()
    assert lines[-1] == "… and 1,200 more rows. They are kept as well."
    assert filed.parent.name == "2026-11"
