"""What customers bought and sent back: orders with lines, returns, and the purchase metrics read from them (SAL-05, SAL-11, POL-03)."""
