"""A mail server on this computer, with answers as a test wants them; it keeps what it was given.

Its methods have the names that aiosmtpd asks for.
"""

import email
import ipaddress
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "attendance", "a-long password"


@dataclass
class Post:
    """What the server answers to a recipient and to a message, and what it was given.

    ``answers`` maps a recipient to the answer to ``RCPT``; ``at_the_end`` gives the answer to a
    message, or ``None`` to hang up without one.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    at_the_end: Callable[[int], str | None] = lambda number: "250 OK taken"
    from_answer: str = ""
    given: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    connections: list[Any] = field(default_factory=list)

    def hang_up(self) -> None:
        """End every connection there is."""
        for server in self.connections:
            server.loop.call_soon_threadsafe(server.transport.abort)
        self.connections.clear()

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections.append(server)
        return responses

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.from_answer:
            return self.from_answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.given.append(message)
        self.recipients.append(envelope.rcpt_tos)
        answer = self.at_the_end(len(self.given))
        if answer is None:
            server.transport.abort()
            return "250 never heard"
        return answer


class _Server(Controller):
    def __init__(self, post: Post, **more: Any) -> None:
        super().__init__(post, hostname="127.0.0.1", port=0, **more)

    def _trigger_server(self) -> None:
        """Learn the port the system chose before the first knock at it."""
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def authenticator(
    server: Any, session: Any, envelope: Any, mechanism: str, said: object
) -> AuthResult:
    """Take the one user there is."""
    assert isinstance(said, LoginPassword)
    right = (said.login, said.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@contextmanager
def mail_server(post: Post, **more: Any) -> Iterator[int]:
    """Run a mail server and give its port."""
    server = _Server(post, **more)
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate for this computer; return the server's side, and the file to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Marlbeck mail")])
    now = datetime.now(UTC)
    here = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(here), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    trusted, private = folder / "mail.pem", folder / "mail-key.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(trusted, private)
    return context, trusted
