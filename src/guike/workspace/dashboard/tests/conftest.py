"""The cast of the sales tests."""

from guike.sales.tests.conftest import *  # noqa: F403
