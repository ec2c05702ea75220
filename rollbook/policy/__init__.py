"""The law and the district's own rules, as dated data.

A *rule pack* is one TOML file: the parts of the day, the code table, the triggers, and other
numbers such as how long a document is good for. Nothing in a pack is without a date and a
reference, and each statement says how sure we are of it (:class:`Sure`). A pack that breaks this
is not used: :func:`load_pack` raises ``PolicyError`` naming the pack, the place and what to do.

A district's own pack lives in its office folder and says ``extends = "us-tx"``. It may add codes
and redefine those its state leaves to districts, and change the triggers and values that the pack
it extends calls ``overridable``.
"""

from rollbook.policy.loading import METHODS, SHIPPED, load_pack
from rollbook.policy.pack import PolicyPack
from rollbook.policy.requested import QUESTIONS, Kind, Question, RequestedLetter
from rollbook.policy.terms import (
    KINDS,
    ClassTerms,
    ConsecutiveTerms,
    CountTerms,
    Dated,
    DatedCode,
    DatedValue,
    Deadline,
    OpenMarkTerms,
    RateTerms,
    Reference,
    RosterTerms,
    SequenceTerms,
    Sure,
    Terms,
    Trigger,
    Value,
    per_cent,
)

__all__ = [
    "KINDS",
    "METHODS",
    "QUESTIONS",
    "SHIPPED",
    "ClassTerms",
    "ConsecutiveTerms",
    "CountTerms",
    "Dated",
    "DatedCode",
    "DatedValue",
    "Deadline",
    "Kind",
    "OpenMarkTerms",
    "PolicyPack",
    "Question",
    "RateTerms",
    "Reference",
    "RequestedLetter",
    "RosterTerms",
    "SequenceTerms",
    "Sure",
    "Terms",
    "Trigger",
    "Value",
    "load_pack",
    "per_cent",
]
