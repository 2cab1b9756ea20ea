"""Metrics → policies → decisions → obligations; activities. Knows no customer: domains register with it."""
