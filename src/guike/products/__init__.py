"""What the company sells: products with their prices and tax (SAL-01)."""
