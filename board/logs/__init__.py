"""Event files in, points and blob references in the store out.

`discovery` finds the files, `tail` hands over their new bytes, `records` cuts those into events, `migrate` reads
every historical spelling of a value, `ingest` stages and commits, and `loader` is the thread that keeps at it.
"""
