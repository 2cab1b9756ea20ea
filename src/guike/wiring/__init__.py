"""The top of the map: settings, URLs, the table of reactions, the command line. Nothing imports from here."""
