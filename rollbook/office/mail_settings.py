"""``[email]`` in ``office.toml``: the mail server, which letters may go by it, in what words.

The password never stands there: ``office.toml`` is copied, backed up and sent to whoever helps.
"""

import os
import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from rollbook.problems import OfficeError

PASSWORD_VARIABLE = "ROLLBOOK_SMTP_PASSWORD"

WORDS = ("school", "guardian", "contact", "phone", "hours", "serials")
"""What the office's own words for a message may name in braces. Nothing of a student is in it."""

_HERE = ("localhost", "127.0.0.1", "::1")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}

# Stricter than the standard: what every mail server takes, and nothing that could end a line.
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")
_LONGEST_LOCAL, _LONGEST = 64, 254


def is_address(text: str) -> bool:
    """Say whether a text is one e-mail address that every mail server takes."""
    local = text.partition("@")[0]
    fits = len(text) <= _LONGEST and len(local) <= _LONGEST_LOCAL
    return fits and _ADDRESS.fullmatch(text) is not None


class EmailSettings(BaseModel):
    """The mail server, who the messages are from, and which letters may go by e-mail.

    Without a ``host`` none do. ``letters`` names rules and requested letters; every other letter
    goes by post, and so does always one that takes another back. ``per_minute`` is how many
    messages the server is given in a minute. ``authority`` is a file with the certificate that
    vouches for the district's own mail server; one that everybody trusts needs none. ``subject``
    and ``body`` are the office's own words by language.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: str = ""
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    password_file: str = ""
    authority: str = ""
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    letters: tuple[str, ...] = ()
    per_minute: int = Field(default=30, ge=1)
    subject: dict[str, str] = {}
    body: dict[str, str] = {}

    @field_validator("password")
    @classmethod
    def _no_password_here(cls, value: str) -> str:
        if value:
            raise ValueError(
                "a password must not stand in this file. Take it out, write it alone into a file "
                "that only you can read, and name that file: password_file = "
                f'"C:/…/mail-password.txt". Or set {PASSWORD_VARIABLE} in the environment. '
                "Change the password too: this file may have been copied"
            )
        return value

    @field_validator("sender", "reply_to")
    @classmethod
    def _one_address(cls, value: str) -> str:
        if value and not is_address(value):
            raise ValueError("write one e-mail address, such as attendance@school.example")
        return value

    @field_validator("sender_name")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if any(ord(sign) < ord(" ") for sign in value):
            raise ValueError("write it on one line")
        return value

    @field_validator("subject", "body")
    @classmethod
    def _known_words(cls, value: dict[str, str]) -> dict[str, str]:
        for text in value.values():
            for name in re.findall(r"\{(.*?)\}", text):
                if name not in WORDS:
                    known = ", ".join(f"{{{word}}}" for word in WORDS)
                    raise ValueError(
                        f"{{{name}}} cannot stand in a message; these can: {known}. What is about "
                        "the student is in the letter alone"
                    )
        return value

    @model_validator(mode="after")
    def _is_safe(self) -> "EmailSettings":
        if self.host and not self.sender:
            raise ValueError('say whom the messages are from: sender = "attendance@…"')
        if self.security == "none" and self.host and self.host not in _HERE:
            raise ValueError(
                'security = "none" is for a mail server on this computer alone; letters about '
                'children must not cross a network in the clear. Write "starttls" or "tls"'
            )
        return self

    @property
    def server_port(self) -> int:
        """The port of the mail server: as said, or the usual one."""
        return self.port or _PORTS[self.security]

    def find_password(self, root: Path) -> str:
        """Return the password of ``user``: of the environment, or of the file named.

        Raises ``OfficeError`` when there is a user and no password, or the file cannot be read.
        """
        said = os.environ.get(PASSWORD_VARIABLE, "")
        if said or not self.user:
            return said
        if not self.password_file:
            raise OfficeError(
                f"The mail server asks “{self.user}” for a password, and there is none. Write it "
                "alone into a file that only you can read, and name that file under [email] in "
                f'office.toml: password_file = "…". Or set {PASSWORD_VARIABLE}.'
            )
        path = root / self.password_file
        try:
            found = path.read_text(encoding="utf-8-sig").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise OfficeError(
                f"The file with the mail password, “{path}”, cannot be read. Look at password_file "
                "under [email] in office.toml."
            ) from error
        if not found:
            raise OfficeError(f"The file with the mail password, “{path}”, is empty.")
        return found
