"""Reading and writing of spreadsheets, pure Python: untrusted files are parsed in a limited process (PLT-03). Story in README.md."""
