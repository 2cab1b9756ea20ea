"""How Guike is installed, started and operated. Nothing here imports a domain; set-up code uses the standard library only."""

from pathlib import Path

#: The folder of the program's own files.
PACKAGE = Path(__file__).resolve().parents[1]
