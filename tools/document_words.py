"""The words of every verification document we ship, where they can be read side by side.

:mod:`tools.make_letter_templates` makes Word files of them, as it does of the letters.
"""

from dataclasses import dataclass

from tools.letter_words import EN_GB, EN_US, HOURS, Language


@dataclass(frozen=True)
class Document:
    """The words of one verification document: statement, facts, and what it is good for."""

    stem: str
    language: Language
    title: str
    before: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    after: tuple[str, ...]
    verify: str
    stamp: str = "School seal or stamp"


VERIFY = (
    f"To verify this letter, call {{{{ contact_name }}}} at {{{{ contact_phone }}}}{HOURS} and "
    "give the reference number above."
)

DOCUMENTS = (
    Document(
        "enrolment",
        EN_US,
        "Verification of enrollment",
        ("{{ statement }}",),
        (("Student", "{{ student_name }}"), ("School", "{{ school_name }}")),
        (
            "This letter gives information as of {{ issued }} from school records. It was released "
            "to {{ released_to }} for this purpose only: {{ purpose }}. "
            "{% if expires %}Please do not rely on it after {{ expires }}.{% endif %}",
        ),
        VERIFY,
    ),
    Document(
        "eng-enrolment",
        EN_GB,
        "Confirmation of enrolment",
        ("{{ statement }}",),
        (("Pupil", "{{ student_name }}"), ("School", "{{ school_name }}")),
        (
            "This letter gives information as of {{ issued }} from the school’s records. It was "
            "released to {{ released_to }} for this purpose only: {{ purpose }}. "
            "{% if expires %}Please do not rely on it after {{ expires }}.{% endif %}",
        ),
        "To check this letter, please ring {{ contact_name }} on {{ contact_phone }}"
        f"{HOURS} and give the reference number above.",
        "School stamp",
    ),
    Document(
        "voe",
        EN_US,
        "Verification of enrollment and attendance: facts for the Texas DPS form",
        (
            "{{ statement }}",
            "This page goes with the official Verification of Enrollment and Attendance (VOE) "
            "form of the State of Texas and holds the facts for it. **It is not the form.** A "
            "school official completes and signs the official form; the student hands it to the "
            "Department of Public Safety.",
        ),
        (
            ("Student", "{{ student_name }}"),
            ("School", "{{ school_name }}"),
            ("District", "{{ district_name }}"),
            ("County-district-campus number", "{{ campus_number }}"),
        ),
        ("**Valid until {{ expires }}.** Information as of {{ issued }} from school records.",),
        VERIFY,
    ),
    Document(
        "social-security",
        EN_US,
        "School attendance of a student, for the Social Security Administration",
        (
            "{{ statement }}",
            "This letter gives, on the school’s letterhead, the information that page 3 of form "
            "SSA-1372-BK (Certification by School Official) asks for.",
        ),
        (
            ("Student", "{{ student_name }}"),
            ("School", "{{ school_name }}"),
        ),
        (
            "**To be marked by the school official:**",
            "Page 2 of the form is correct according to our records.\t☐ Yes   ☐ No",
            "Page 4 is marked with the expected graduation date.\t☐ Yes   ☐ No",
            "The school keeps pages 4 and 5.\t☐ Yes   ☐ No",
        ),
        VERIFY,
    ),
)
