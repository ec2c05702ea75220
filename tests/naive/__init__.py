"""The rules counted a second time, the way a clerk would with a pencil.

Nothing here looks at how Rollbook counts: the counters are written from the definitions of the law,
with loops over days and marks. The tests of this folder make random schools, count both ways, and
want the same answer for every student.
"""
