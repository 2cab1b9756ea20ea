"""Backups of a whole instance: one file, taken while it runs, that another machine becomes the same instance from (PLT-11).

Plain functions over a database's URL and a home folder: they work where Django cannot start, for example before an upgrade.
"""
