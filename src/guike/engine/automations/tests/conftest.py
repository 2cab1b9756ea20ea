from guike.contact.tests.conftest import chen, company, present  # noqa: F401
