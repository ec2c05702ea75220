"""Attendance accounting: the figures funding and state reports rest on, exact."""
