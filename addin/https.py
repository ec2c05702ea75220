"""HTTPS for Excel, which speaks to nothing else: a certificate of this computer's own.

``rollbook serve --setup-https`` makes an authority, signs one certificate with it and throws the
authority's key away without ever writing it down. The authority is good for the names of this
computer only, so whoever trusts it trusts nothing else by it, and nobody can sign with it again.
"""

import ipaddress
import os
import platform
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from rollbook.office import ServeSettings
from rollbook.package import write_whole
from rollbook.problems import OfficeError, why_not_now

FOLDER = "https"
GOOD_DAYS = 397  # the longest that browsers take
WARN_DAYS = 30
ANSWER_SECONDS = 300  # Windows and macOS ask whoever sits there

EVERYWHERE = ("0.0.0.0", "::")
_NAME = re.compile(r"[a-z0-9.:-]+")

Run = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a certificate. ``authority`` is what computers are to trust, if it is ours."""

    certificate: Path
    key: Path
    authority: Path | None = None


def files_of(serve: ServeSettings, root: Path) -> Files:
    """Return where the certificate lies: the district's own, or ours."""
    if serve.certificate or serve.key:
        return Files(root / serve.certificate, root / (serve.key or serve.certificate))
    folder = root / FOLDER
    return Files(folder / "rollbook.crt", folder / "rollbook.key", folder / "authority.crt")


def names_of(serve: ServeSettings) -> list[str]:
    """Return the names and addresses of this computer that the certificate is to be good for."""
    named = [name_in(serve.address), serve.host, socket.gethostname()]
    wanted = ["localhost", "127.0.0.1", "::1", *(one.lower().strip("[]") for one in named)]
    return [one for one in dict.fromkeys(wanted) if _NAME.fullmatch(one) and one not in EVERYWHERE]


def name_in(address: str) -> str:
    """Return the name in an address with or without a port."""
    return urlsplit(f"//{address}").hostname or ""


def set_up(serve: ServeSettings, root: Path, now: datetime) -> Files:
    """Make the certificate for the names of this computer, in place of an earlier one."""
    if serve.certificate:
        raise OfficeError(
            "office.toml names the district's own certificate ([serve] certificate). Delete that "
            "line if Rollbook is to make one."
        )
    files = files_of(serve, root)
    assert files.authority is not None
    certificate, key, authority = make_certificate(names_of(serve), now)
    files.key.parent.mkdir(exist_ok=True)
    _write_key(files.key, key)
    write_whole(files.certificate, certificate)
    write_whole(files.authority, authority)
    return files


def make_certificate(names: Sequence[str], now: datetime) -> tuple[bytes, bytes, bytes]:
    """Return a certificate good for ``names``, its key, and the authority that signed it (PEM)."""
    signing_key, key = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    authority = _authority(names, now, signing_key)
    certificate = _signed_by(authority, signing_key, names, now, key.public_key())
    return _pem(certificate), _secret(key), _pem(authority)


def _authority(
    names: Sequence[str], now: datetime, key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    name = _name(f"Rollbook on {socket.gethostname()} ({now:%Y-%m-%d})")
    permitted = [_constraint(one) for one in names]
    usage = _usage(key_cert_sign=True, crl_sign=True)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        _begun(name, name, now, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )


def _signed_by(
    authority: x509.Certificate,
    signing_key: ec.EllipticCurvePrivateKey,
    names: Sequence[str],
    now: datetime,
    key: ec.EllipticCurvePublicKey,
) -> x509.Certificate:
    alternatives = x509.SubjectAlternativeName([_general(one) for one in names])
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key())
    return (
        _begun(_name("Rollbook"), authority.subject, now, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(alternatives, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(issuer_key, critical=False)
        .sign(signing_key, hashes.SHA256())
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, now: datetime, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    begin = now.astimezone(UTC) - timedelta(minutes=5)  # clocks differ
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=GOOD_DAYS))
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _usage(**wanted: bool) -> x509.KeyUsage:
    parts = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{part: wanted.get(part, False) for part in parts})


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _constraint(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_network(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _secret(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write_key(path: Path, key: bytes) -> None:
    """Write the key so that only this user can read it, from its first byte on."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    write_whole(path, key)  # keeps the permissions of the file that is there


def valid_until(certificate: Path) -> datetime:
    """Return until when a certificate is good. Raises ``OfficeError`` when it cannot be read."""
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except OSError as error:
        raise OfficeError(f"The certificate “{certificate}”: {why_not_now(error)}.") from error
    except ValueError as error:
        raise OfficeError(
            f"“{certificate}” is no certificate in the PEM format. Ask whoever gave it to you for "
            "a .pem or .crt file that begins with -----BEGIN CERTIFICATE-----."
        ) from error


def check_files(files: Files, now: datetime) -> None:
    """Raise ``OfficeError`` when HTTPS cannot begin with these files, saying what to do."""
    if not files.certificate.is_file() and files.authority is not None:
        raise OfficeError(
            "Excel speaks to Rollbook over HTTPS only, and this office has no certificate yet. "
            "Make one with: rollbook serve --setup-https"
        )
    until = valid_until(files.certificate)
    if until <= now:
        renew = "rollbook serve --setup-https" if files.authority else "the district's IT people"
        raise OfficeError(f"The certificate was good until {until:%d %B %Y}. Renew it: {renew}")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            files.certificate, files.key, password=""
        )
    except OSError as error:  # ssl's own errors are OSErrors too
        raise OfficeError(
            f"“{files.key}” is not the key of “{files.certificate}”, or cannot be read. Check "
            "certificate and key under [serve] in office.toml; the key must have no password."
        ) from error


def is_soon_over(until: datetime, now: datetime) -> bool:
    """Whether it is time to renew a certificate."""
    return until - now < timedelta(days=WARN_DAYS)


def trust_command(
    authority: Path, system: str = platform.system(), home: Path | None = None
) -> list[str]:
    """Return the command that makes this computer trust an authority, as the system has it."""
    home = home or Path.home()
    if system == "Windows":
        return ["certutil", "-user", "-addstore", "Root", str(authority)]
    if system == "Darwin":
        chain = home / "Library/Keychains/login.keychain-db"
        return ["security", "add-trusted-cert", "-r", "trustRoot", "-k", str(chain), str(authority)]
    store = f"sql:{home / '.pki/nssdb'}"
    return ["certutil", "-d", store, "-A", "-t", "C,,", "-n", authority.parent.parent.name or
            "Rollbook", "-i", str(authority)]  # fmt: skip


def shown(command: Iterable[str]) -> str:
    """Write a command so that it can be copied into a terminal."""
    return " ".join(f'"{word}"' if " " in word or "\\" in word else word for word in command)


def run(command: Sequence[str]) -> bool:
    """Run a command of the system; whether it did its work."""
    if shutil.which(command[0]) is None:
        return False
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=ANSWER_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def trust(authority: Path, run: Run = run) -> str:
    """Make this computer trust an authority. Return the command to say by hand if that failed."""
    if platform.system() == "Linux":
        _make_browser_store(run)
    command = trust_command(authority)
    return "" if run(command) else shown(command)


def _make_browser_store(run: Run) -> None:
    """Linux: make the store Chromium looks in, where it has none yet."""
    store = Path.home() / ".pki/nssdb"
    if not (store / "cert9.db").exists():
        store.mkdir(parents=True, exist_ok=True, mode=0o700)
        run(["certutil", "-d", f"sql:{store}", "-N", "--empty-password"])
