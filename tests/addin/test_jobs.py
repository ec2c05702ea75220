"""Long work that a clerk watches."""

import secrets
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from addin.jobs import JOB_ID_LETTERS, Phase, Told, start_job
from rollbook.problems import NotAllowed


@pytest.mark.parametrize("number", ["", "-", "a b", "é1", "x" * (JOB_ID_LETTERS + 1)])
def test_a_press_without_a_plain_number_is_not_followed(number: str) -> None:
    with pytest.raises(NotAllowed, match="has no number to follow it by"):
        start_job(number, "Letters due", "")


def test_a_number_is_good_for_one_press() -> None:
    number = secrets.token_hex(8)
    start_job(number, "Letters due", "")
    with pytest.raises(NotAllowed, match="pressed already"):
        start_job(number, "Letters due", "")


def test_what_waits_for_excel_is_done_once_however_often_excel_says_so() -> None:
    job = start_job(secrets.token_hex(8), "Refresh", "")
    times: list[int] = []
    job.end(Phase.DONE, Told("Written.", when_written=lambda: times.append(1)))
    assert job.as_json()["waits_for_excel"]
    together = threading.Barrier(8)

    def said() -> None:
        together.wait()
        job.written()

    with ThreadPoolExecutor(8) as pool:
        for one in [pool.submit(said) for _ in range(8)]:
            one.result()
    assert times == [1]
    assert not job.as_json()["waits_for_excel"]
