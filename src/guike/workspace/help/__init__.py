"""The handbook inside the program: whole, and the section that belongs to the page one is on (PLT-12)."""
