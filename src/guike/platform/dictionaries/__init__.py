"""Lists of words that a company edits itself: sources, industries, channels, units … (PLT-13). Story and API in README.md."""

from guike.platform.dictionaries.catalogue import Word, choices, declare, entries, label_of, labels, resolve, resolve_many, teller

__all__ = ["Word", "choices", "declare", "entries", "label_of", "labels", "resolve", "resolve_many", "teller"]
