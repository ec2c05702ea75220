"""Numbers of persons and reasons nobody asked for are found in the words of a request."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.verification.fields import Release
from rollbook.verification.never import number_of_a_person, reason_in

DIGIT_SETS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "०१२३४५६७८९")  # noqa: RUF001
GAPS = ("-", " ", ".", "_", " - ", "–", "—", "\u2011", "\u00a0", "\u202f", "\u2212")


@pytest.mark.parametrize(
    "text",
    [
        "claim 123-45-6789",
        "SSN 123 45 6789",
        "123.45.6789",
        "123–45–6789",
        "１２３-４５-６７８９",  # noqa: RUF001
        "123\u200b-45-6789",
        "no. 123456789 for benefits",
        "NI number QQ 12 34 56 C",
        "qq123456c",
        "A 123-456-789",
        "alien number A12345678",
    ],
)
def test_a_number_of_a_person_is_seen_however_it_is_written(text: str) -> None:
    assert number_of_a_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "call 940-555-0100",
        "(512) 555-0177",
        "01632 960101",
        "signed by mother 2026-11-10",
        "signed by mother 10/11/2026",
        "Cedar Falls, TX 78999-1234",
        "1420 Willow Bend Rd, Apt 12",
        "SSA-1372-BK",
        "V-2026-00017",
        "Form H1086 of 2026",
        "hours 22.5, weeks 36",
        "case 12345678",
        "UPN A123456789012",
    ],
)
def test_telephones_dates_addresses_and_case_numbers_are_none(text: str) -> None:
    assert not number_of_a_person(text)


@given(
    st.text("0123456789", min_size=9, max_size=9),
    st.sampled_from(DIGIT_SETS),
    st.sampled_from(GAPS),
    st.sampled_from(GAPS),
)
def test_no_divided_social_security_number_passes(
    digits: str, signs: str, first: str, second: str
) -> None:
    written = "".join(signs[int(digit)] for digit in digits)
    assert number_of_a_person(f"for {written[:3]}{first}{written[3:5]}{second}{written[5:]}.")


def test_nine_digits_may_be_an_id_where_an_id_is_expected() -> None:
    assert number_of_a_person("123456789")
    assert not number_of_a_person("123456789", an_id=True)
    assert number_of_a_person("123-45-6789", an_id=True)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("asylum application", "immigration status"),
        ("proof for DACA renewal", "immigration status"),
        ("Disability Living Allowance", "a disability"),
        ("for the IEP meeting", "a disability"),
        ("appeal of the suspension", "a matter of discipline"),
        ("permanent exclusion hearing", "a matter of discipline"),
        ("away with asthma", "a reason of health"),
        ("mother is pregnant", "a reason of health"),
        ("foster care payment", "a reason for care"),
    ],
)
def test_a_word_that_tells_a_reason_is_named_with_what_it_tells(text: str, what: str) -> None:
    found = reason_in(text)
    assert found and found[1] == what
    [problem] = Release(text, "parent", "parent").problems()
    assert f"“{found[0]}”" in problem.message and what in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "Medicaid",
        "Lease application",
        "SNAP and TANF benefits",
        "visa application for a holiday in Spain",
        "immigration lawyer",
        "passport counter-signature",
        "please send to the bank",
        "GP surgery registration",
        "child care",
        "military ID, base housing",
        "Mr Foster's sports club",
        "Bill Sickert's Skills academy",
        "transfer to Grassland ISD",
        "signed by mother 2026-11-10",
    ],
)
def test_what_documents_are_asked_for_every_day_is_no_reason(text: str) -> None:
    assert reason_in(text) is None
    assert Release(text, "parent", "parent").problems() == ()


def test_a_name_of_a_body_is_not_read_for_reasons() -> None:
    assert Release("Benefits", "Disability Rights Office", "Hospital School").problems() == ()
