"""Import of other people's spreadsheets: read, map, preview, write in one transaction, report, undo (PLT-03). Story in README.md."""
