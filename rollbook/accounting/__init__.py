"""Attendance accounting: the figures funding and state reports rest on, exact.

Everything is worked out from a register that has been read (:class:`rollbook.attendance.Reading`),
in whole days or sessions, and divided once. Rounding happens in print
(:mod:`rollbook.attendance.rounding`). Numbers of law come from the rule pack and are passed in.

:mod:`.membership`  each student's days at a campus, on a track, in a reporting period
:mod:`.texas`       rows A to G of SAT2300, six weeks and year
:mod:`.california`  ADA by school month, P-1, P-2, annual
:mod:`.recovery`    attendance recovery, independent study
:mod:`.minutes`     instructional minutes from bell schedules
:mod:`.class_size`  class averages by site
:mod:`.chronic`     chronic absence by school, and as the California Dashboard counts it
:mod:`.languages`   languages in which a school owes its notices
:mod:`.groups`      figures of groups, pooled; starters and leavers
:mod:`.england`     one session or day of a school in numbers
"""
