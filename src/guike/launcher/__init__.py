"""How Guike is installed, started and operated. Nothing here imports a domain; set-up code uses the standard library only."""
