"""Whether a verification document can be given, until when it holds, and what it says.

A document is decided in three steps, none of which stores or prints anything:

1. :func:`enrolment`, :func:`voe` or :func:`social_security` turn facts into a :class:`Decision`;
2. :func:`consent_needed` says who has to sign before it leaves the office, and
   :func:`with_consent` holds the decision back until they have;
3. :func:`merge_fields` words the decision for the Word template.

A fact that is not known is ``None`` and is asked for; nothing is guessed. The numbers of law come
from the rule pack (:func:`voe_terms`, :func:`social_security_terms`); what a district has settled
itself comes in as :class:`VoeHabits`. A reference nobody has read at its source is marked
"(check)" wherever it is shown.
"""

from rollbook.verification.ages import age_on, attained_on, birthday
from rollbook.verification.consent import Consent, consent_given, consent_needed, with_consent
from rollbook.verification.decision import AttendanceFigures, Decision, Fact, Missing
from rollbook.verification.enrolment_letter import ENROLMENT_EXTRAS, EnrolmentFacts, enrolment
from rollbook.verification.fields import DOCUMENT_FIELDS, SCHOOL_FIELDS, Release, merge_fields
from rollbook.verification.kinds import KINDS, Kind, document_kind
from rollbook.verification.social_security_letter import (
    OPERATING_BASES,
    SocialSecurityFacts,
    SocialSecurityTerms,
    last_child_benefit_month,
    social_security,
    social_security_facts,
    social_security_terms,
    ssi_regular,
)
from rollbook.verification.texas_voe import (
    ClassAttendance,
    VoeFacts,
    VoeHabits,
    VoeTerms,
    enrolled_for_voe,
    voe,
    voe_expiry,
    voe_facts,
    voe_period,
    voe_terms,
)

__all__ = [
    "DOCUMENT_FIELDS",
    "ENROLMENT_EXTRAS",
    "KINDS",
    "OPERATING_BASES",
    "SCHOOL_FIELDS",
    "AttendanceFigures",
    "ClassAttendance",
    "Consent",
    "Decision",
    "EnrolmentFacts",
    "Fact",
    "Kind",
    "Missing",
    "Release",
    "SocialSecurityFacts",
    "SocialSecurityTerms",
    "VoeFacts",
    "VoeHabits",
    "VoeTerms",
    "age_on",
    "attained_on",
    "birthday",
    "consent_given",
    "consent_needed",
    "document_kind",
    "enrolled_for_voe",
    "enrolment",
    "last_child_benefit_month",
    "merge_fields",
    "social_security",
    "social_security_facts",
    "social_security_terms",
    "ssi_regular",
    "voe",
    "voe_expiry",
    "voe_facts",
    "voe_period",
    "voe_terms",
    "with_consent",
]
