"""What finds are sorted by besides the customers' own lists of words (PLT-13)."""

from guike.platform import dictionaries, history

dictionaries.declare("product_line", label="产品线", description="市场线索")

LINES, SOURCES = dictionaries.teller("product_line"), dictionaries.teller("customer_source")
history.tell("marketing.Find", source=SOURCES, industry=dictionaries.teller("industry"), product_line=LINES)
history.tell("marketing.Route", sources=SOURCES, product_lines=LINES)
