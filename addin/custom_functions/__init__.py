"""Worksheet functions, one file a subject. xlwings Server imports this as ``custom_functions``."""
