"""Spoilt files of every kind: never a crash, never a silent loss, always a sentence.

Set ``ROLLBOOK_FUZZ`` to the number of files to try; it is small here so that the suite is quick.
"""

import os
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollbook.importers import extract
from rollbook.importers.contract import Extract, Profile
from rollbook.importers.upload import Upload
from rollbook.office import Office
from rollbook.problems import Problem, RefusedFile, Severity
from rollbook.register import FRAME_COLUMNS, PARTS
from tests.dropping import office_folder, opened, register
from tests.importers.mutations import MUTATIONS
from tests.importers.test_nothing_lost import HEADED, unaccounted
from tests.importers.test_samples import CASES, expected_of
from watcher.intake import Outcome, Result, take_in

TOLD = os.environ.get("ROLLBOOK_FUZZ", "")
FILES = int(TOLD or "400")
ROUNDS = FILES // 10
PROFILES = {path: Profile(**expected_of(path).get("profile", {})) for path in CASES}
LISTS = {path.parent.name for path in HEADED}
SPOILINGS = st.lists(st.sampled_from(sorted(MUTATIONS)), min_size=1, max_size=3)
SEEDS = st.integers(0, 1 << 32)

tried = settings(
    deadline=None, derandomize=not TOLD, database=None, suppress_health_check=list(HealthCheck)
)


def spoilt(path: Path, spoilings: Sequence[str], seed: int) -> bytes:
    """The bytes of a sample, spoilt."""
    content, chance = path.read_bytes(), random.Random(seed)
    for spoiling in spoilings:
        content = MUTATIONS[spoiling](content, chance)
    return content


@settings(tried, max_examples=FILES)
@given(path=st.sampled_from(CASES), spoilings=SPOILINGS, seed=SEEDS)
def test_a_spoilt_file_is_read_or_refused_with_a_sentence(
    path: Path, spoilings: Sequence[str], seed: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / path.name
        file.write_bytes(spoilt(path, spoilings, seed))
        try:
            found = extract(Upload(file), PROFILES[path])
        except RefusedFile as refused:
            assert file.name in str(refused.problems[0])
            assert refused.problems[0].slug != "importer-failed"
            assert_are_sentences(refused.problems)
        else:
            assert_are_sentences(found.problems)
            assert_is_sound(found)
            if found.importer.replace("-", "_") in LISTS and Upload(file).kind == "text":
                assert_nothing_is_lost(found, Upload(file))


def assert_are_sentences(problems: Sequence[Problem]) -> None:
    for problem in problems:
        assert problem.message.rstrip("”").endswith((".", "?")), problem.message
        assert len(problem.message) < 2_000, problem.message
        assert not {"Traceback", "NoneType", "object at 0x"} & {*problem.message.split()}


def assert_is_sound(found: Extract) -> None:
    marks = found.marks
    assert [*marks.columns] == [*FRAME_COLUMNS]
    assert {*marks["part"]} <= {*PARTS}
    assert not len(marks) or marks["row"].min() > 0
    assert all(str(one).strip() for one in marks["student_id"].cat.categories)
    assert all(one.student_id for one in (*found.students, *found.guardians, *found.enrolments))


def assert_nothing_is_lost(found: Extract, upload: Upload) -> None:
    """Every row that is not blank, from the first that was read on, is posted, held or noted."""
    held = [
        one.place.row
        for one in found.problems
        if one.severity is Severity.HOLD and one.slug != "above-headers"
    ]
    named = [*found.marks["row"].tolist(), *held]
    if named:
        rows = {at for at, row in enumerate(upload.rows(), 1) if any(map(str.strip, row))}
        assert unaccounted(found, {row for row in rows if row >= min(named)}) <= 0


# In the folders ----------------------------------------------------------------------------------


class Taker:
    """An office that takes files in; it has a short name in what a failure says."""

    def __init__(self, office: Office) -> None:
        self.office = office


@pytest.fixture(scope="module")
def taker(tmp_path_factory: pytest.TempPathFactory) -> Taker:
    return Taker(opened(office_folder(tmp_path_factory.mktemp("fuzz") / "an office")))


@settings(tried, max_examples=ROUNDS)
@given(path=st.sampled_from(CASES), spoilings=SPOILINGS, seed=SEEDS)
def test_a_spoilt_file_is_kept_and_posted_at_most_once(
    taker: Taker, path: Path, spoilings: Sequence[str], seed: int
) -> None:
    office, content = taker.office, spoilt(path, spoilings, seed)
    before = register(office)
    first = dropped(office, path.name, content)
    after = register(office)
    if first.result is not Result.POSTED:
        assert after == before
    else:
        assert first.posting is not None
        assert len(after) <= len(before) + first.posting.new
    again = dropped(office, path.name, content)
    assert register(office) == after
    assert (again.result is Result.REFUSED) == (first.result is Result.REFUSED)


def dropped(office: Office, name: str, content: bytes) -> Outcome:
    """Drop a file and have it taken in: its very bytes are kept, and nothing lies about."""
    path = office.folders.drop / name
    path.write_bytes(content)
    outcome = take_in(office, path)
    assert outcome is not None
    assert outcome.filed.read_bytes() == content
    lying = [*office.folders.drop.iterdir(), *office.folders.received.iterdir()]
    assert not lying
    return outcome
