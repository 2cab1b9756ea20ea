"""The ways out of the house: mail and group robots. Each takes a delivery and returns, or raises `Failure` with the reason."""
