"""How what the history keeps of finds and their routes reads (PLT-02)."""

from guike.platform import dictionaries
from guike.platform.telling import tell

LINES, SOURCES = dictionaries.teller("product_line"), dictionaries.teller("customer_source")
tell("marketing.Find", source=SOURCES, industry=dictionaries.teller("industry"), product_line=LINES)
tell("marketing.Route", sources=SOURCES, product_lines=LINES)
