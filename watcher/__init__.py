"""The watched folder: what runs in the corner of the office."""
