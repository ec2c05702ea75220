"""Page 3 of form SSA-1372-BK: the five questions to the school, and its answers worked out.

The wording of the questions is ours and from general knowledge; the form itself is what counts.
Social Security takes attendance as verified only with yes to 1, 2, 4 and 5, question 3 answered
and the signature complete (POMS RS 00205.350).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rollbook.register import SSA_PAGES_KEPT
from rollbook.verification.decision import FormAnswer, Missing, yes_no
from rollbook.verification.words import UNITED_STATES, listed, read_yes_no, say_day

BASIS = 3  # the one question that is not answered with yes or no


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What the school knows of the form itself. None is not known.

    ``page_2_differs`` says in what page 2 does not agree with the school's records. ``kept_since``
    is the day the log says that pages 4 and 5 were put on file.
    """

    page_2_correct: bool | None = None
    page_2_differs: str = ""
    page_4_marked: bool | None = None
    pages_kept: bool | None = None
    kept_since: date | None = None


NOTHING_SAID = FormFacts()


def form_facts(said: Mapping[str, str], kept_since: date | None) -> FormFacts:
    """Return what was said of the form, and what the log says of its pages."""
    return FormFacts(
        page_2_correct=read_yes_no(said.get("page_2_correct", "")),
        page_2_differs=said.get("page_2_differs", "").strip().rstrip("."),
        page_4_marked=read_yes_no(said.get("page_4_marked", "")),
        pages_kept=True if kept_since else read_yes_no(said.get("pages_kept", "")),
        kept_since=kept_since,
    )


def form_missing(form: FormFacts) -> list[Missing]:
    """Return what has to be said before the answers can be given: a no to page 2 needs a why."""
    if form.page_2_correct is False and not form.page_2_differs:
        return [
            Missing(
                "page_2_differs",
                "Say in what page 2 does not agree with the school’s records, in a few words.",
            )
        ]
    return []


def school_answers(
    form: FormFacts, course_weeks: int, needed_weeks: int, basis: str, graduation: date
) -> tuple[FormAnswer, ...]:
    """Work out the answers; one that only the official can give is left open."""
    long_enough = course_weeks >= needed_weeks
    day = say_day(graduation, UNITED_STATES)
    return (
        FormAnswer(
            1,
            "Page 2 agrees with the school’s records.",
            yes_no(form.page_2_correct) or "",
            f"It differs in this: {form.page_2_differs}." if form.page_2_correct is False else "",
        ),
        FormAnswer(
            2,
            f"The course of study lasts at least {needed_weeks} weeks.",
            yes_no(long_enough) or "",
            "" if long_enough else f"It lasts {course_weeks} weeks.",
        ),
        FormAnswer(BASIS, "The school operates:", basis, ""),
        FormAnswer(
            4,
            f"Page 4 is marked with the expected graduation date, {day}.",
            yes_no(form.page_4_marked) or "",
            "It is not marked yet." if form.page_4_marked is False else "",
        ),
        FormAnswer(
            5,
            "The school keeps pages 4 and 5.",
            yes_no(form.pages_kept) or "",
            "They are not on file yet." if form.pages_kept is False else "",
        ),
    )


def answer_notes(
    answers: Sequence[FormAnswer], form: FormFacts, student_id: str
) -> tuple[str, ...]:
    """Return what the clerk sees to because of the answers."""
    notes = []
    no = [str(one.number) for one in answers if one.answer == "No"]
    open_ones = [str(one.number) for one in answers if not one.answer]
    if no:
        notes.append(
            f"Page 3: the answer to {listed(no)} is no. Social Security takes attendance as "
            "verified only with yes to 1, 2, 4 and 5."
        )
    if open_ones:
        notes.append(
            f"Page 3: mark {listed(open_ones)} yourself before you sign. Social Security takes "
            "attendance as verified only with yes to 1, 2, 4 and 5."
        )
    if form.kept_since is None:
        notes.append(
            "When pages 4 and 5 are on file, log where: rollbook log add "
            f'{student_id} {SSA_PAGES_KEPT} --note "…". The report ssa-cessation then says when '
            "page 4 has to be sent."
        )
    notes.append("Page 3 is worded from general knowledge: compare it with the form (check).")
    return tuple(notes)
