"""The certificate of this computer: good for its own names, and for nothing else."""

import os
import ssl
import stat
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from addin import https
from addin.https import Files, check_files, files_of, make_certificate, set_up, valid_until
from rollbook.office import ServeSettings
from rollbook.problems import OfficeError

NAMES = ["localhost", "127.0.0.1", "::1", "desk-7", "attendance.example.org"]


def now() -> datetime:
    return datetime.now(UTC)


def shake_hands(files: Files, name: str, authority: Path) -> None:
    """A real TLS handshake between a client that trusts one authority and a server."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.key)
    client = ssl.create_default_context(cafile=str(authority))
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(down, up, server_hostname=name),
        server.wrap_bio(up, down, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert ends[0].getpeercert()


def written(folder: Path, names: Sequence[str] = NAMES, made: datetime | None = None) -> Files:
    files = Files(folder / "a.crt", folder / "a.key", folder / "ca.crt")
    assert files.authority
    for path, content in zip(
        (files.certificate, files.key, files.authority),
        make_certificate(names, made or now()),
        strict=True,
    ):
        path.write_bytes(content)
    return files


@pytest.mark.parametrize("name", NAMES)
def test_the_certificate_is_good_for_each_of_the_names(tmp_path: Path, name: str) -> None:
    files = written(tmp_path)
    assert files.authority
    shake_hands(files, name, files.authority)


@pytest.mark.parametrize("name", ["example.org", "127.0.0.2", "localhost.example.org"])
def test_the_certificate_is_good_for_no_other_name(tmp_path: Path, name: str) -> None:
    files = written(tmp_path)
    assert files.authority
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shake_hands(files, name, files.authority)


def test_another_office_s_authority_does_not_vouch_for_it(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = written(tmp_path / "other")
    assert other.authority
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(written(tmp_path), "localhost", other.authority)


def test_whoever_trusts_the_authority_trusts_no_other_site_by_it(tmp_path: Path) -> None:
    """Even with the authority's key, which is thrown away, a bank could not be played."""
    key, stolen = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = https._authority(["localhost", "127.0.0.1"], now(), key)
    forged = https._signed_by(authority, key, ["bank.example"], now(), stolen.public_key())
    files = written(tmp_path)
    assert files.authority
    files.certificate.write_bytes(https._pem(forged))
    files.authority.write_bytes(https._pem(authority))
    files.key.write_bytes(https._secret(stolen))
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(files, "bank.example", files.authority)


def test_the_authority_says_critically_what_it_may_sign(tmp_path: Path) -> None:
    authority = x509.load_pem_x509_certificate(make_certificate(["localhost"], now())[2])
    for kind in (x509.NameConstraints, x509.BasicConstraints, x509.KeyUsage):
        assert authority.extensions.get_extension_for_class(kind).critical


def test_setting_up_leaves_one_key_that_only_this_user_can_read(tmp_path: Path) -> None:
    files = set_up(ServeSettings(), tmp_path, now())
    set_up(ServeSettings(), tmp_path, now())  # again, as when it is renewed
    keys = [path for path in (tmp_path / "https").iterdir() if b"PRIVATE" in path.read_bytes()]
    assert keys == [files.key]
    if os.name == "posix":
        assert stat.S_IMODE(files.key.stat().st_mode) == 0o600
    check_files(files, now())


def test_the_name_others_use_is_in_the_certificate(tmp_path: Path) -> None:
    files = set_up(ServeSettings(address="attendance.example.org:8443"), tmp_path, now())
    assert files.authority
    shake_hands(files, "attendance.example.org", files.authority)


def test_a_certificate_that_is_over_is_not_used_and_the_next_step_said(tmp_path: Path) -> None:
    files = set_up(ServeSettings(), tmp_path, now() - timedelta(days=https.GOOD_DAYS + 1))
    with pytest.raises(OfficeError, match="Renew it: rollbook serve --setup-https"):
        check_files(files, now())


def test_a_month_before_it_is_over_a_certificate_is_to_be_renewed() -> None:
    until = now() + timedelta(days=30)
    assert not https.is_soon_over(until, until - timedelta(days=30))
    assert https.is_soon_over(until, until - timedelta(days=29))


def test_without_a_certificate_the_command_that_makes_one_is_said(tmp_path: Path) -> None:
    with pytest.raises(OfficeError, match="--setup-https"):
        check_files(files_of(ServeSettings(), tmp_path), now())


def test_the_district_s_own_certificate_is_used(tmp_path: Path) -> None:
    own = written(tmp_path)
    serve = ServeSettings(certificate=own.certificate.name, key=str(own.key))
    files = files_of(serve, tmp_path)
    assert files == Files(own.certificate, own.key)
    check_files(files, now())
    with pytest.raises(OfficeError, match="district's own"):
        set_up(serve, tmp_path, now())


def test_a_key_of_another_certificate_is_named(tmp_path: Path) -> None:
    files, (_, other, _) = written(tmp_path), make_certificate(NAMES, now())
    files.key.write_bytes(other)
    with pytest.raises(OfficeError, match=r"a\.key.*is not the key of"):
        check_files(files, now())


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.crt").write_bytes(b"\x30\x82 not PEM")
    with pytest.raises(OfficeError, match="PEM"):
        valid_until(tmp_path / "a.crt")


@pytest.mark.parametrize(
    ("system", "words"),
    [
        ("Windows", ["certutil", "-user", "-addstore", "Root"]),
        ("Darwin", ["security", "add-trusted-cert", "-r", "trustRoot"]),
        ("Linux", ["certutil", "-d"]),
    ],
)
def test_each_system_has_its_command_to_trust(
    tmp_path: Path, system: str, words: list[str]
) -> None:
    authority = tmp_path / "my office" / "https" / "authority.crt"
    command = https.trust_command(authority, system, tmp_path)
    assert command[: len(words)] == words and command[-1] == str(authority)
    assert f'"{authority}"' in https.shown(command)  # the path has a space in it


def test_what_could_not_be_done_is_said_as_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    authority = tmp_path / "https" / "authority.crt"
    assert str(authority) in https.trust(authority, lambda command: False)
    assert https.trust(authority, lambda command: True) == ""
