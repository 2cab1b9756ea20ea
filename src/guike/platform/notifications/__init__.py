"""Telling people: in the program, by mail, in a group chat (PLT-06). Story and API in README.md."""
