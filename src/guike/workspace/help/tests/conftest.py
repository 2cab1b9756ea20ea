"""The cast of the customers' tests."""

from guike.customers.tests.conftest import *  # noqa: F403
