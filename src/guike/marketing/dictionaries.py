"""What finds are sorted by besides the customers' own lists of words (PLT-13)."""

from guike.platform import dictionaries

dictionaries.declare("product_line", label="产品线", description="市场线索")
