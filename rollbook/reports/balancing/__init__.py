"""The checks of the balance report: counting again, looking at enrolments, comparing a file."""
