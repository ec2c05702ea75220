"""Why days in a row, steps after letters, open marks and notices to everyone are found or not."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rollbook.attendance.codes import MISSING
from rollbook.policy import ConsecutiveTerms, OpenMarkTerms, RosterTerms, SequenceTerms, Trigger
from rollbook.register import PARTS
from rollbook.rules.case import Case, coded, coded_entries
from rollbook.rules.consecutive import Rows
from rollbook.rules.everyone import days_since, start_of
from rollbook.rules.findings import Finding
from rollbook.rules.history import Sent
from rollbook.rules.open_marks import open_entries, overdue_from, too_old
from rollbook.rules.reasons import Explanation, explanation_of, judged, of_another_age, said
from rollbook.rules.sent import Report, first_action, not_mailed, reports_made
from rollbook.rules.sequences import days_of, events_of, made_already
from rollbook.rules.windows import Counted
from rollbook.school_calendar import ONE_DAY, Span

MOST_NAMED = 10  # sessions without a mark that a sentence names


# --- days in a row --------------------------------------------------------------------------------


def explain_consecutive(
    case: Case, trigger: Trigger, terms: ConsecutiveTerms, findings: Sequence[Finding]
) -> Explanation:
    """Explain days in a row: those of the row found, or of the one that is going on."""
    rows = Rows.of_one(case, trigger, terms)
    finding = findings[0] if findings else None
    now = int(rows.length[0, -1]) if rows.length.size else 0
    best = _longest(case, rows)
    window = _row_window(case, rows, finding, now)
    entries = rows.entries_of(
        case,
        0,
        case.reading.number_of(window.first),
        case.reading.number_of(window.last),
    )
    counted = {int(one) for one in entries if rows.full[0, case.reading.day[one]]}
    coded_so = set(coded_entries(case.reading, terms.codes).tolist())
    ours = set(rows.entries.tolist())

    def why(entry: int) -> tuple[bool, str]:
        words = said(case, entry)
        if entry in counted:
            return True, f"{words}: no session of the day was attended"
        if entry in coded_so - ours:
            if not case.of_age(terms, np.array([entry]))[0]:
                return False, f"{words}: {of_another_age(case, terms, entry)}"
            return False, "an earlier letter relies on it already, or it is before the rule began"
        if entry in ours:
            return False, f"{words}: another session of the day was attended"
        return False, f"{words}: not one of the codes {', '.join(terms.codes)}"

    needed = terms.threshold - now
    value = f"{finding.numerator if finding else now} school days in a row"
    if finding:
        missing = ""
        sentence = f"{value} from {window.first} to {window.last}. The test is {terms.test_text}: "
        sentence += f"met on {finding.crossed_on}."
    else:
        missing = f"{needed} more in a row would meet it."
        most = f" The longest row of the school year is {best}." if best > now else ""
        sentence = f"{value} up to {case.as_of}. The test is {terms.test_text}: not met. "
        sentence += f"{missing}{most}"
    if finding or now:
        sentence += _says_open(open_sessions(case, window))
    explanation = explanation_of(
        case,
        trigger,
        terms,
        window,
        sentence,
        value,
        missing,
        judged(case, window, why),
        finding,
        still_needed=needed,
    )
    return replace(explanation, numerator=finding.numerator if finding else now, most=best)


def open_sessions(case: Case, window: Span) -> list[str]:
    """Return the sessions of a window that have no mark, where every session counts by itself."""
    reading = case.reading
    if reading.method != "sessions":
        return []
    marked = reading.category != MISSING
    there = set(zip(reading.day[marked].tolist(), reading.part[marked].tolist(), strict=True))
    days = case.calendar.school_days_between(window.first, window.last, case.track_of(0))
    return [
        f"{day} {part}"
        for day in days
        for part in ("AM", "PM")
        if (reading.number_of(day), PARTS.index(part)) not in there
    ]


def _says_open(sessions: Sequence[str]) -> str:
    if not sessions:
        return ""
    more = len(sessions) - MOST_NAMED
    named = ", ".join(sessions[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f" No mark yet, which neither counts nor ends the row: {named}."


def _longest(case: Case, rows: Rows) -> int:
    low = case.reading.number_of(case.year.first)
    return int(rows.length[0, low:].max(initial=0))


def _row_window(case: Case, rows: Rows, finding: Finding | None, now: int) -> Span:
    if finding:
        return Span("", finding.first, finding.last)
    if now:
        full = np.flatnonzero(rows.full[0])
        return Span("", case.reading.date_of(full[-now]), case.as_of)
    return Span("", case.year.first, case.as_of)


# --- steps after letters --------------------------------------------------------------------------


def explain_sequence(
    case: Case, trigger: Trigger, terms: SequenceTerms, findings: Sequence[Finding]
) -> Explanation:
    """Explain a step after letters: the reports made, and what has followed them."""
    student_id = case.reading.students[0]
    reports = reports_made(case, student_id, terms.after)
    counted = Counted.of(case, trigger, events_of(terms))
    last = max((one.until for one in reports), default=None)
    window = Span("", case.year.first, case.as_of)
    after = Span("", last + ONE_DAY, case.as_of) if last and terms.events else window
    entries = set(counted.entries_in(0, after).tolist())
    all_events = set(counted.entries.tolist())

    def why(entry: int) -> tuple[bool, str]:
        words = said(case, entry)
        if entry in entries:
            return True, f"{words}: an event since the last report" if terms.events else words
        if entry in all_events:
            return False, f"{words}: an event the report up to {last} is about"
        return False, f"{words}: not a day or part of a day without excuse"

    finding = findings[0] if findings else None
    lacking = [] if finding else _lacking(case, terms, reports, counted, after)
    missing = " ".join(sentence for _, sentence in lacking)
    value = f"{len(reports)} report{'' if len(reports) == 1 else 's'} made"
    verdict = f"met on {finding.crossed_on}" if finding else "not met"
    explanation = explanation_of(
        case,
        trigger,
        terms,
        window,
        f"{value}. The test is {terms.test_text}: {verdict}. {missing}".strip(),
        value,
        missing,
        judged(case, window, why),
        finding,
        still_needed=sum(number for number, _ in lacking),
    )
    return replace(explanation, numerator=len(reports))


def _lacking(
    case: Case, terms: SequenceTerms, reports: Sequence[Report], counted: Counted, after: Span
) -> list[tuple[int, str]]:
    """Return what is missing: how many steps, and what they are in a sentence."""
    student_id = case.reading.students[0]
    found = []
    short = terms.reports - len(reports)
    if short > 0:
        waiting = not_mailed(case, student_id, terms.after)
        said_so = f"{short} more report{'' if short == 1 else 's'} must be mailed first."
        if waiting:
            said_so += _waiting(case, waiting)
            told = max(one.until for one in waiting)  # what they tell of is no further event
            after = Span("", max(after.first, told + ONE_DAY), case.as_of)
        found.append((short, said_so))
    events = terms.events - (len(days_of(counted, 0, after)) if reports else 0)
    if events > 0:
        found.append((events, f"{events} further event{'' if events == 1 else 's'} would meet it."))
    if made_already(terms, reports):
        return [(0, "This report stands on the log already.")]
    since = reports[0].made if reports else case.year.first
    if terms.action and not first_action(case, student_id, terms.action, since):
        name = terms.action.replace("-", " ")
        found.append((1, f"No {name} is on record since the first report."))
    return found


def _waiting(case: Case, letters: Sequence[Sent]) -> str:
    """Say which letters had not been mailed on the day looked at."""
    later = sum(one.mailed is not None for one in letters)
    never = len(letters) - later
    said_so = f" {never} {'is' if never == 1 else 'are'} prepared but not mailed." if never else ""
    if later:
        said_so += f" {later} {'was' if later == 1 else 'were'} mailed after this day."
    return said_so


# --- notices to everyone --------------------------------------------------------------------------


def explain_roster(
    case: Case, trigger: Trigger, terms: RosterTerms, findings: Sequence[Finding]
) -> Explanation:
    """Explain a notice to everyone: whether the year or the enrolment has just begun."""
    start = start_of(case, case.reading.students[0])
    finding = findings[0] if findings else None
    if start is None:
        sentence, value = f"The student is not on roll on {case.as_of}.", ""
    else:
        value = f"{days_since(case, start)} school days since {start}"
        verdict = "due" if finding else "no longer listed"
        sentence = f"{value}. The notice is for {terms.test_text}: {verdict}."
    return explanation_of(case, trigger, terms, None, sentence, value, "", (), finding)


# --- marks that are still open --------------------------------------------------------------------


def explain_open_marks(
    case: Case, trigger: Trigger, terms: OpenMarkTerms, findings: Sequence[Finding]
) -> Explanation:
    """Explain open marks: each, and how many school days it has left."""
    reading = case.reading
    entries = reading.in_order(open_entries(case, terms))
    old = set(entries[too_old(case, terms, entries)].tolist())
    young = [int(one) for one in entries if int(one) not in old]
    first = case.year.first if terms.size else case.as_of
    window = Span("", first, case.as_of)

    def why(entry: int) -> tuple[bool, str]:
        words = said(case, entry)
        if entry in old:
            return True, f"{words}: the reason is still not known"
        if coded(reading, np.array([entry]), terms.codes)[0]:
            day = reading.date_of(reading.day[entry])
            due = case.calendar.school_day_after(day, terms.size)
            return False, f"{words}: may stay open until {due}" if due else words
        return False, words

    finding = findings[0] if findings else None
    value = f"{len(old)} open mark{'' if len(old) == 1 else 's'}"
    missing, needed = "", None
    if not finding and young and terms.size:
        day = reading.date_of(reading.day[young[0]])
        gone = len(case.calendar.school_days_between(day + ONE_DAY, case.as_of))
        needed = terms.size + 1 - gone
        missing = f"The mark of {day} has {needed - 1} school days left."
    verdict = "met" if finding else "not met"
    sentence = f"{value}. The test is {terms.test_text}: {verdict}. {missing}".strip()
    explanation = explanation_of(
        case,
        trigger,
        terms,
        window,
        sentence,
        value,
        missing,
        judged(case, window, why),
        finding,
        still_needed=needed,
    )
    due = min((overdue_from(case, terms, reading.date_of(reading.day[one])) or case.year.last
               for one in young), default=None)  # fmt: skip
    ahead = due if terms.size and not finding and due and due > case.as_of else None
    return replace(explanation, numerator=len(old), would_cross=ahead)
