"""The tables of the ledger.

Pages of marks, amendments, postings taken back, letters, their events and deliveries, the release
log, the log of actions, the lists of staff and the reasons for care only grow: a change is a
further row, and triggers in the migrations refuse UPDATE and DELETE on them. The logs among them
are linked by a chain of digests (:mod:`rollbook.ledger.chain`).

A **page** holds what one posting said of one student: ``entries`` is a JSON list of whole numbers,
one a mark, ``(day * 16 + part) * 65536 + symbol``, with the day counted from 1 January 1970, the
part by its place in :data:`rollbook.register.PARTS`, the symbol as its id, 0 for a mark taken away
again; ``details`` lists [day * 16 + part, minutes late, comment] where there are any. Two million
marks are five thousand rows, so a year is written and read in a second or two; the view
``register_entries`` shows them mark by mark to people who read the file with other tools.
"""

import sqlalchemy as sa

metadata = sa.MetaData()

posting = sa.Table(
    "posting",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("importer", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("students", sa.Integer, nullable=False),
    sa.Column("new", sa.Integer, nullable=False),
    sa.Column("amended", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column("held", sa.Integer, nullable=False),
    sa.Column("released", sa.Integer, nullable=False),
    sa.Column("requests", sa.Integer, nullable=False),
    sa.Column("problems", sa.JSON, nullable=False),
)

taken_back = sa.Table(  # a posting that was undone, and the posting that undid it
    "taken_back",
    metadata,
    sa.Column("posting", sa.ForeignKey("posting.id"), primary_key=True),
    sa.Column("by_posting", sa.ForeignKey("posting.id"), nullable=False, unique=True),
    sa.Column("reason", sa.Text, nullable=False),
)

coverage = sa.Table(
    "coverage",
    metadata,
    sa.Column("posting", sa.ForeignKey("posting.id"), nullable=False, index=True),
    sa.Column("campus", sa.Text, nullable=False),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("parts", sa.Text, nullable=False),
    sa.Column("recording", sa.Text, nullable=False),
)

student = sa.Table(
    "student",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("student_id", sa.Text, nullable=False, unique=True),
    sa.Column("state_id", sa.Text, nullable=False, index=True),
    sa.Column("family_name", sa.Text, nullable=False),
    sa.Column("given_name", sa.Text, nullable=False),
    sa.Column("known_as", sa.Text, nullable=False),
    sa.Column("birth_date", sa.Date),
    sa.Column("grade", sa.Text, nullable=False),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("campus", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("flags", sa.JSON, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("on_roster", sa.Boolean, nullable=False),
)

guardian = sa.Table(
    "guardian",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("student", sa.ForeignKey("student.key"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("relation", sa.Text, nullable=False),
    sa.Column("street", sa.Text, nullable=False),
    sa.Column("city", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("postcode", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("gets_letters", sa.Boolean, nullable=False),
    sa.Column("court_order", sa.Boolean, nullable=False),
    sa.Column("lives_with", sa.Boolean, nullable=False),
    sa.Column("order", sa.Integer, nullable=False),
)

staff = sa.Table(  # who is on a list of staff; one without a campus is of the whole office
    "staff",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("posting", sa.ForeignKey("posting.id"), nullable=False, index=True),
    sa.Column("campus", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("forms", sa.JSON, nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("hours", sa.Text, nullable=False),
    sa.Column("signs", sa.Boolean, nullable=False),
    sa.Column("answers", sa.Boolean, nullable=False),
)

enrolment = sa.Table(
    "enrolment",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("student", sa.ForeignKey("student.key"), nullable=False, index=True),
    sa.Column("campus", sa.Text, nullable=False),
    sa.Column("entry_date", sa.Date, nullable=False),
    sa.Column("withdrawal_date", sa.Date),
    sa.Column("ada_code", sa.Text, nullable=False),
    sa.Column("track", sa.Text, nullable=False),
)

symbol = sa.Table(
    "symbol",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False, unique=True),
)

page = sa.Table(
    "page",
    metadata,
    sa.Column("student", sa.Integer, nullable=False),
    sa.Column("posting", sa.Integer, nullable=False),
    sa.Column("first", sa.Integer, nullable=False),
    sa.Column("last", sa.Integer, nullable=False),
    sa.Column("entries", sa.Text, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.PrimaryKeyConstraint("student", "posting"),
    sqlite_with_rowid=False,
)

amendment = sa.Table(
    "amendment",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("student", sa.ForeignKey("student.key"), nullable=False, index=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("was", sa.Text),
    sa.Column("is", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("posting", sa.ForeignKey("posting.id"), nullable=False, index=True),
)

held = sa.Table(
    "held",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("posting", sa.ForeignKey("posting.id"), nullable=False, index=True),
    sa.Column("slug", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("student_id", sa.Text, nullable=False),
    sa.Column("day", sa.Date),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("symbol", sa.Text, nullable=False),
    sa.Column("minutes_late", sa.Integer, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("released", sa.ForeignKey("posting.id")),
    sa.Column("stands_for", sa.Integer),  # the row first held, when a mended one is held again
)

export_look = sa.Table(  # what a posted export looked like, for the next one of its kind
    "export_look",
    metadata,
    sa.Column("posting", sa.ForeignKey("posting.id"), primary_key=True),
    sa.Column("importer", sa.Text, nullable=False, index=True),
    sa.Column("content", sa.JSON, nullable=False),
)

followup = sa.Table(
    "followup",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("posting", sa.ForeignKey("posting.id"), nullable=False, index=True),
    sa.Column("work", sa.Text, nullable=False),
    sa.Column("done_at", sa.Text),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("last_reason", sa.Text, nullable=False),
)

finding = sa.Table(
    "finding",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("student", sa.ForeignKey("student.key"), nullable=False, index=True),
    sa.Column("trigger", sa.Text, nullable=False),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("cleared", sa.Date),
    sa.Column("content", sa.JSON, nullable=False),
)

letter = sa.Table(
    "letter",
    metadata,
    sa.Column("serial", sa.Text, primary_key=True),
    sa.Column("student", sa.ForeignKey("student.key"), nullable=False, index=True),
    sa.Column("trigger", sa.Text, nullable=False),
    sa.Column("part", sa.Text, nullable=False),
    sa.Column("guardian", sa.JSON, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("template_digest", sa.Text, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("school_year", sa.Text, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("notes", sa.JSON, nullable=False),
    sa.Column("withdraws", sa.Text, nullable=False, server_default=""),  # a letter's serial
)

letter_event = sa.Table(
    "letter_event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("serial", sa.ForeignKey("letter.serial"), nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("again", sa.Boolean, nullable=False),  # void, and the evidence may be used anew
    sa.Column("method", sa.Text, nullable=False, server_default=""),  # post, e-mail, text, by hand
    sa.Column("digest", sa.Text, nullable=False, server_default=""),  # SHA-256 of the file
)

delivery = sa.Table(  # an attempt to send a letter otherwise than by post, and how it went
    "delivery",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("serial", sa.ForeignKey("letter.serial"), nullable=False, index=True),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("message_id", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

verification = sa.Table(
    "verification",
    metadata,
    sa.Column("serial", sa.Text, primary_key=True),
    sa.Column("student", sa.ForeignKey("student.key"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("requested_by", sa.Text, nullable=False),
    sa.Column("released_to", sa.Text, nullable=False),
    sa.Column("consent", sa.Text, nullable=False),
    sa.Column("issued", sa.Date, nullable=False),
    sa.Column("expires", sa.Date),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("template_digest", sa.Text, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("request", sa.Text, nullable=False, unique=True),
)

release_event = sa.Table(  # a step in the life of a verification document after its release
    "release_event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("serial", sa.ForeignKey("verification.serial"), nullable=False, index=True),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

log_link = sa.Table(  # the chain through the logs, see rollbook.ledger.chain
    "log_link",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("log", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.UniqueConstraint("log", "key"),
)

request = sa.Table(
    "request",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("posting", sa.ForeignKey("posting.id"), nullable=False, index=True),
    sa.Column("row", sa.Integer, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("outcome", sa.Text),  # NULL: not dealt with yet; else the serial or the reason
)

action = sa.Table(
    "action",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("student", sa.ForeignKey("student.key"), nullable=False, index=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("guardian", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("received", sa.Date),
    sa.Column("until", sa.Date),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("strikes", sa.ForeignKey("action.id")),  # the entry this one takes back
)

hold_back = sa.Table(
    "hold_back",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("student", sa.ForeignKey("student.key"), nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("ends", sa.ForeignKey("hold_back.id")),  # the row whose last day this one settles
)

assessment = sa.Table(  # one row: what the findings on record were worked out from
    "assessment",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("posting", sa.Integer, nullable=False),  # the newest of each that was seen
    sa.Column("letter_event", sa.Integer, nullable=False),
    sa.Column("action", sa.Integer, nullable=False),
)

sheet_entry = sa.Table(  # what a clerk typed in a workbook, and what was made of it
    "sheet_entry",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workbook", sa.Text, nullable=False, index=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("said", sa.JSON, nullable=False),
    sa.Column("did", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),  # of the action entered, 0 for none
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("settles", sa.ForeignKey("sheet_entry.id")),  # the conflict this one settles
)
