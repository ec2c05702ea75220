"""The practice office: an invented school to show, to learn and to test Rollbook with."""

from rollbook.practice.school import PracticeSchool, calendar_toml, make_school

__all__ = ["PracticeSchool", "calendar_toml", "make_school"]
