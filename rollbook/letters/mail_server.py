"""The conversation with a mail server, step by step, so that it is known what became of a message.

The standard library's own ``sendmail`` cannot say whether a connection that broke had delivered
the message. Here each step is taken by itself::

    MAIL FROM   RCPT TO   DATA   the message   .   250 taken
    ←──── broken here: not sent ────────────→│←── broken here: nobody knows
"""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from pathlib import Path

from rollbook.office import EmailSettings
from rollbook.problems import RollbookError

PATIENCE = 120.0  # seconds to wait for an answer; a server may scan a PDF before it says yes
GOING_AWAY = 421
_GO_ON, _DONE = 3, 2  # the first digit of an answer: go on; done
_KEPT = 300  # letters of a server's answer that are kept


class MailError(RollbookError):
    """The mail server cannot be used now. The message says why and what to do."""


class Result(StrEnum):
    """What became of one message."""

    TAKEN = "taken"  # the server has it and will deliver it, or send a bounce
    LATER = "later"  # not taken; it may be tried again
    NEVER = "never"  # not taken, and will not be
    STOP = "stop"  # not taken, for a reason that every message would meet
    UNKNOWN = "unknown"  # handed over whole, and no answer came


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message, and what the server said."""

    result: Result
    said: str = ""


class MailServer:
    """A mail server to be used in a ``with`` block; connected again if it hangs up meanwhile."""

    def __init__(self, settings: EmailSettings, password: str, root: Path) -> None:
        self._settings = settings
        self._password = password
        self._authority = root / settings.authority if settings.authority else None
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "MailServer":
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self._say_goodbye()

    def connect(self) -> None:
        """Connect and sign in, unless that is done. Raises ``MailError`` when it cannot be.

        A server hangs up on who is silent for long, as while a minute's messages are through; so
        an open connection is tried first.
        """
        if self._is_alive():
            return
        if self._authority and not self._authority.is_file():
            raise MailError(
                f"The file “{self._authority}” is not there. It is to vouch for the mail server: "
                "look at authority under [email] in office.toml. Nothing more was sent."
            )
        place = f"The mail server {self._settings.host}, port {self._settings.server_port},"
        try:
            self._smtp = self._connected()
            self._smtp.ehlo_or_helo_if_needed()
            if self._settings.user:
                self._smtp.login(self._settings.user, self._password)
        except smtplib.SMTPAuthenticationError as error:
            self._hang_up()
            raise MailError(
                f"{place} does not take the user or the password under [email] in office.toml. It "
                f"says: {_plain(error.smtp_error)}. Put that right. Nothing more was sent."
            ) from error
        except UnicodeEncodeError as error:
            self._hang_up()
            raise MailError(
                "The user or the password for the mail server has letters, such as ñ, that cannot "
                "be sent to it. Choose a password without them. Nothing more was sent."
            ) from error
        except ssl.SSLError as error:
            self._hang_up()
            why = getattr(error, "verify_message", "") or error.reason or "no secure connection"
            raise MailError(
                f"{place} cannot be trusted: {why}. Look at port and security under [email]. If "
                "the server is your district's own, name the file with the certificate that "
                'vouches for it: authority = "…". Nothing more was sent.'
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise MailError(
                f"{place} cannot be used: {_why(error)}. Look at host, port and security under "
                "[email] in office.toml, and try again. Nothing more was sent."
            ) from error

    def _is_alive(self) -> bool:
        if self._smtp is None:
            return False
        try:
            if self._smtp.noop()[0] // 100 == _DONE:
                return True
        except (smtplib.SMTPException, OSError):
            pass
        self._hang_up()
        return False

    def send(self, message: EmailMessage, sender: str, address: str) -> Answer:
        """Hand over one message and say what became of it; nothing is raised for one message."""
        smtp = self._smtp
        if smtp is None:
            return Answer(Result.LATER, "there is no connection")
        content = _as_sent(message)
        handed_over = False
        try:
            # A bounce shall name the message, and not carry the letter over the net once more.
            code, said = smtp.mail(sender, ["RET=HDRS"] if smtp.has_extn("dsn") else [])
            if code // 100 != _DONE:
                return self._not_taken(smtp, code, said, Result.STOP)
            code, said = smtp.rcpt(address)
            if code // 100 != _DONE:
                return self._not_taken(smtp, code, said, Result.NEVER)
            code, said = smtp.docmd("DATA")
            if code // 100 != _GO_ON:
                return self._not_taken(smtp, code, said, Result.NEVER)
            smtp.send(content)
            handed_over = True
            code, said = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up()
            return Answer(Result.UNKNOWN if handed_over else Result.LATER, _why(error))
        if code // 100 == _DONE:
            return Answer(Result.TAKEN, _plain(said))
        return self._not_taken(smtp, code, said, Result.NEVER)

    def _connected(self) -> smtplib.SMTP:
        host, port = self._settings.host, self._settings.server_port
        if self._settings.security == "none":
            return smtplib.SMTP(host, port, timeout=PATIENCE)
        context = ssl.create_default_context(cafile=self._authority)
        if self._settings.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
        smtp = smtplib.SMTP(host, port, timeout=PATIENCE)
        try:
            smtp.starttls(context=context)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _not_taken(self, smtp: smtplib.SMTP, code: int, said: bytes, for_good: Result) -> Answer:
        if code == GOING_AWAY:
            self._hang_up()
        else:
            try:
                smtp.rset()
            except (smtplib.SMTPException, OSError):
                self._hang_up()
        result = for_good if code // 100 == 5 else Result.LATER
        return Answer(result, f"{code} {_plain(said)}")

    def _say_goodbye(self) -> None:
        try:
            if self._smtp is not None:
                self._smtp.quit()
        except (smtplib.SMTPException, OSError):
            pass
        finally:
            self._hang_up()

    def _hang_up(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def _as_sent(message: EmailMessage) -> bytes:
    """Return the message as it goes over the wire: lines end as they must, and a dot ends it."""
    content = message.as_bytes(policy=SMTP)
    return re.sub(rb"(?m)^\.", b"..", content).rstrip(b"\r\n") + b"\r\n.\r\n"


def _why(error: Exception) -> str:
    """Say what the network or the server said, in its own words where there are no better ones."""
    if isinstance(error, ConnectionRefusedError):
        return "nothing answers there"
    if isinstance(error, TimeoutError):
        return "it does not answer in time"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "it hung up"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it says {error.smtp_code} {_plain(error.smtp_error)}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error) or "no reason was given"


def _plain(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:_KEPT]
