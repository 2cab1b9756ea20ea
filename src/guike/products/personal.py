"""Products tell nothing of people (08-quality privacy)."""

from guike.platform.privacy import plain

plain("products.Product", "number name search spec category subcategory unit custom")
