"""A rule in words: whom it is about, what it counts and when, and what happens at the number."""

from rollbook.policy.terms import (
    ClassTerms,
    ConsecutiveTerms,
    CountTerms,
    Deadline,
    OpenMarkTerms,
    RateTerms,
    RosterTerms,
    SequenceTerms,
    Terms,
    per_cent,
)

_MEASURED = {
    "attendance": "{unit} attended, approved activities included, of those possible",
    "absence": "{unit} missed for any reason, of those possible",
    "unauthorised": "{unit} missed without authorisation or excuse, of those possible",
}


def who(terms: Terms) -> str:
    """Say whom a rule is about."""
    said = []
    if terms.ages:
        low, high = terms.ages
        said.append(f"up to and including age {high}" if low == 0 else f"ages {low} to {high}")
    if terms.not_grades:
        said.append(f"not grade or year {_listed(terms.not_grades)}")
    return "; ".join(said) or "every student"


def window(terms: Terms) -> str:
    """Say over which time a rule counts."""
    if isinstance(terms, RateTerms):
        return f"the {terms.period_text} so far"
    if isinstance(terms, CountTerms):
        return _count_window(terms)
    if isinstance(terms, ClassTerms):
        by_semester = f"the semester in grades {_listed(terms.semester_grades)}"
        span = f"{by_semester}; the school year in the others" if terms.semester_grades else ""
        so_far = "so far" if terms.of == "so far" else "as a whole, coming days as attended"
        return f"{span or 'the school year'}; {so_far}"
    if isinstance(terms, ConsecutiveTerms):
        return f"school days in a row; days without school do not break it{_edge(terms)}"
    if isinstance(terms, RosterTerms):
        return f"the first {terms.size} school days of the year, or after enrolment"
    if isinstance(terms, OpenMarkTerms) and terms.size == 0:
        return "the day itself"
    return "the school year"


def _count_window(terms: CountTerms) -> str:
    if terms.window == "school-weeks":
        span = f"any {terms.size} school weeks in a row (a week with at least one school day)"
    elif terms.window == "days":
        span = f"any {terms.size} days in a row, the first and the last included"
    elif terms.window == "months":
        span = f"any {terms.size} months"
    else:
        return terms.period_text
    return f"{span}{_edge(terms)}"


def _edge(terms: CountTerms | ConsecutiveTerms) -> str:
    return ", inside one school year" if terms.within_year else ", also across school years"


def counts(terms: Terms, unit: str) -> str:
    """Say what a rule counts; ``unit`` is what the pack counts in, sessions or days."""
    if isinstance(terms, RateTerms):
        return _MEASURED[terms.measure].format(unit=unit)
    if isinstance(terms, CountTerms):
        return _counted(terms)
    if isinstance(terms, ClassTerms):
        said = "every absence from the class, excused or not"
        if terms.leave_out:
            how = (
                "days that are left out"
                if terms.leave_out_method == "excluded"
                else "days that count as attended"
            )
            said += f"; code {_listed(terms.leave_out)}: {how}"
        return said
    if isinstance(terms, ConsecutiveTerms):
        return f"school days with code {_listed(terms.codes)} and no session attended"
    if isinstance(terms, OpenMarkTerms):
        return f"marks with code {_listed(terms.codes)}"
    if isinstance(terms, SequenceTerms):
        return f"letters of {_listed(terms.after)}"
    return "everyone on roll"


def _counted(terms: CountTerms) -> str:
    if terms.codes:
        said = f"{terms.unit} with code {_listed(terms.codes)}"
    else:
        said = "days with a code that is a truancy event; a day counts once"
    if terms.minutes_over is not None:
        more = (
            f" of more than {terms.minutes_over} minutes"
            if terms.minutes_over
            else ", however late"
        )
        said += f"; late arrivals without excuse{more}"
    if terms.unresolved:
        said += f"; code {_listed(terms.unresolved)} is counted and shown apart"
    return said


def at_exactly(terms: Terms) -> str:
    """Say what happens at exactly the number; empty where there is no such edge."""
    if isinstance(terms, RateTerms):
        met = "is met" if terms.comparator in ("<=", ">=") else "is not met"
        return f"at exactly {terms.threshold_text} the test {met}"
    if isinstance(terms, CountTerms):
        if terms.comparator == ">":
            return f"{terms.threshold} are not enough; {terms.least} meet it"
        return f"{terms.threshold} meet it; {terms.threshold - 1} do not"
    if isinstance(terms, ClassTerms):
        committee = per_cent(terms.committee_below)
        return (
            f"exactly {terms.threshold_text} earns credit; exactly {committee} is a case for a "
            "plan, less for the attendance committee"
        )
    if isinstance(terms, ConsecutiveTerms):
        return f"{terms.threshold} meet it; {terms.threshold - 1} do not"
    if isinstance(terms, SequenceTerms):
        return f"{terms.threshold_text} {'is' if terms.reports == 1 else 'are'} enough"
    if isinstance(terms, OpenMarkTerms) and terms.size:
        return f"a mark of exactly {terms.size} school days ago is not found yet"
    return ""


def needs(terms: Terms) -> str:
    """Say what must have gone before: letters, actions; empty when nothing."""
    said = []
    if isinstance(terms, RateTerms) and terms.after:
        said.append(f"a letter of {_listed(terms.after)} in the same school year")
    if isinstance(terms, SequenceTerms) and terms.events:
        event = "event" if terms.events == 1 else "events"
        said.append(f"{terms.events} further {event} after the days the last letter told of")
    action = terms.action if isinstance(terms, CountTerms | SequenceTerms) else ""
    if action:
        said.append(f"on record: {action.replace('-', ' ')}")
    return "; ".join(said)


_RUNS_FROM = {
    "crossed": "the day the threshold is crossed",
    "mark": "the day of each mark",
    "printed": "the day the letter is printed",
    "mailed": "the day the letter is mailed",
    "received": "the day the notice is received",
}


def due(deadline: Deadline) -> str:
    """Say when a deadline falls: ``10 school days after the day the threshold is crossed``."""
    action = deadline.action.replace("-", " ")
    start = _RUNS_FROM.get(deadline.counted_from, f"the day of the {action}")
    unit = deadline.unit.removesuffix("s") if deadline.size == 1 else deadline.unit
    size = f"{deadline.size} {unit}"
    if deadline.beginning_with:
        return f"within {size}, {start} being day 1"
    return f"{size} after {start}"


def _listed(words: tuple[str, ...]) -> str:
    return " or ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)
