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

VERIFY_GB = (
    f"To check this letter, please ring {{{{ contact_name }}}} on {{{{ contact_phone }}}}{HOURS} "
    "and give the reference number above."
)
RELEASED = (
    "This letter gives information as of {{ issued }} from school records. It was released to "
    "{{ released_to }} for this purpose only: {{ purpose }}."
)
RELEASED_GB = (
    "This letter gives information as of {{ issued }} from the school’s records. It was released "
    "to {{ released_to }} for this purpose only: {{ purpose }}."
)
STUDENT = (("Student", "{{ student_name }}"), ("School", "{{ school_name }}"))
PUPIL = (("Pupil", "{{ student_name }}"), ("School", "{{ school_name }}"))

DOCUMENTS = (
    Document(
        "enrolment",
        EN_US,
        "Verification of enrollment",
        ("{{ statement }}",),
        STUDENT,
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
        PUPIL,
        (
            "This letter gives information as of {{ issued }} from the school’s records. It was "
            "released to {{ released_to }} for this purpose only: {{ purpose }}. "
            "{% if expires %}Please do not rely on it after {{ expires }}.{% endif %}",
        ),
        VERIFY_GB,
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
            "This letter gives, on the school’s letterhead, what page 3 of form SSA-1372-BK asks "
            "for.",
        ),
        STUDENT,
        (
            "**The school’s answers to page 3:**",
            "{%p for answer in answers %}",
            "{{ answer.number }}. {{ answer.question }} {{ answer.why }}\t**{{ answer.answer }}**",
            "{%p endfor %}",
        ),
        VERIFY,
    ),
    Document(
        "ssi",
        EN_US,
        "School attendance and hours of a student, for SSI",
        ("{{ statement }}",),
        STUDENT,
        (RELEASED,),
        VERIFY,
    ),
    Document(
        "tanf-h1086",
        EN_US,
        "School attendance: facts for Form H1086",
        (
            "{{ statement }}",
            "This page holds the facts that Texas Form H1086, School Attendance Verification, asks "
            "the school for. It says how many days, and gives no reason for any of them.",
        ),
        STUDENT,
        (RELEASED,),
        VERIFY,
    ),
    Document(
        "replacement-card",
        EN_US,
        "Certified copy of a school record",
        (
            "{{ statement }}",
            "I certify that the facts below are a true copy of this student’s record at the school "
            "on {{ issued }}.",
        ),
        STUDENT,
        (
            "This letter says who the student is by the school’s record. It is no proof of "
            "citizenship, and it neither holds nor confirms a Social Security number.",
            RELEASED,
        ),
        VERIFY,
        "School seal",
    ),
    Document(
        "eng-child-benefit",
        EN_GB,
        "Confirmation of education, for Child Benefit",
        ("{{ statement }}",),
        PUPIL,
        (RELEASED_GB,),
        VERIFY_GB,
        "School stamp",
    ),
    Document(
        "eng-travel",
        EN_GB,
        "Confirmation of a pupil’s place at school, for a journey",
        ("{{ statement }}",),
        PUPIL,
        (RELEASED_GB,),
        VERIFY_GB,
        "School stamp",
    ),
)
