"""Signing in with Microsoft Entra ID: who is let in, and what the others are told.

Microsoft's own part is played by a key made here: tokens are signed with it as Entra ID signs them.
"""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.addin.servers import python
from tests.dropping import office_folder

TENANT, CLIENT, ROLE = "11111111-aaaa", "22222222-bbbb", "Attendance.Clerk"

ASKING = """
import json, sys
from pathlib import Path
import joserfc.jwk, joserfc.jwt
from tests.addin.servers import Browser
from addin.server import build_app
from rollbook.cli.serve import OfficeHands
from rollbook.office import read_settings

root, asked = Path(sys.argv[1]), json.loads(sys.argv[2])
app = build_app(read_settings(root).serve, root, OfficeHands())
key = joserfc.jwk.RSAKey.generate_key(2048, {"kid": "k1"})
strange = joserfc.jwk.RSAKey.generate_key(2048, {"kid": "k1"})
from xlwings_server.auth.entraid import jwks

async def published():
    return {"keys": [key.as_dict(private=False)]}

jwks.get_jwks_json = published
answers = {}
for name, (claims, signed_by) in asked.items():
    with_key = key if signed_by == "microsoft" else strange
    token = joserfc.jwt.encode({"alg": "RS256", "kid": "k1"}, claims, with_key)
    found = Browser(app).get("/sign-in/who", headers={"Authorization": f"Bearer {token}"})
    answers[name] = [found.status_code, found.text]
for name, header in (("none", ""), ("bare", "x"), ("failed", "Error: 13001")):
    headers = {"Authorization": header} if header else {}
    found = Browser(app).get("/sign-in/who", headers=headers)
    answers[name] = [found.status_code, found.text]
manifest = Browser(app).get("/manifest.xml")
answers["manifest"] = [manifest.status_code, manifest.text]
print(json.dumps(answers))
"""


def claims(**other: object) -> dict[str, Any]:
    now = int(time.mktime(datetime.now(UTC).astimezone().timetuple()))
    good = {
        "ver": "2.0",
        "aud": CLIENT,
        "iss": f"https://login.microsoftonline.com/{TENANT}/v2.0",
        "exp": now + 3600,
        "oid": "o-1",
        "name": "Rosa Dellmere",
        "preferred_username": "rosa@example.org",
        "roles": [ROLE],
    }
    return good | other


ASKED: Mapping[str, tuple[dict[str, Any], str]] = {
    "clerk": (claims(), "microsoft"),
    "student": (claims(name="Ana O'Neil", oid="o-2", roles=["Student"]), "microsoft"),
    "no role": (claims(oid="o-3", roles=[]), "microsoft"),
    "another school": (claims(iss="https://login.microsoftonline.com/33/v2.0"), "microsoft"),
    "another app": (claims(aud="44"), "microsoft"),
    "last year": (claims(exp=1_700_000_000), "microsoft"),
    "forged": (claims(), "somebody"),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[int, str]]:
    folder: Path = tmp_path_factory.mktemp("entra") / "office"
    signing = {"sign_in": "entraid", "tenant": TENANT, "client_id": CLIENT, "roles": [ROLE]}
    said = python(ASKING, str(office_folder(folder, serve=signing)), json.dumps(ASKED))
    assert said.returncode == 0, said.stderr
    found: Mapping[str, tuple[int, str]] = json.loads(said.stdout)
    return found


def test_a_clerk_with_the_role_is_let_in_by_name(answers: Mapping[str, tuple[int, str]]) -> None:
    status, text = answers["clerk"]
    assert (status, json.loads(text)) == (200, {"name": "Rosa Dellmere"})


@pytest.mark.parametrize("who", ["student", "no role"])
def test_students_of_the_same_tenant_are_not(
    answers: Mapping[str, tuple[int, str]], who: str
) -> None:
    status, text = answers[who]
    assert status == 401 and "does not have the role" in text


@pytest.mark.parametrize(
    "who", ["another school", "another app", "last year", "forged", "bare", "failed"]
)
def test_what_microsoft_did_not_sign_for_this_office_is_refused(
    answers: Mapping[str, tuple[int, str]], who: str
) -> None:
    assert answers[who] == [
        401,
        "Microsoft's sign-in was not accepted. Close the pane and open it again.",
    ]


def test_nobody_is_told_to_sign_in(answers: Mapping[str, tuple[int, str]]) -> None:
    assert answers["none"] == [401, "Please sign in."]


def test_the_manifest_tells_excel_which_app_to_ask_for(
    answers: Mapping[str, tuple[int, str]],
) -> None:
    status, text = answers["manifest"]
    assert status == 200 and f"<Id>{CLIENT}</Id>" in text
