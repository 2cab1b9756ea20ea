"""A lunar birthday lies in the database in one shape only: whatever else were there would break every page that counts the days to it (CUS-09)."""

import re

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from guike.customers import rules
from guike.customers.models import Contact, Customer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stored", ["", "10-22", "闰06-08", "12-30"])
def test_the_shapes_that_are_read_are_kept(stored, customer):
    made = Contact.objects.create(customer=customer, name="陈晓", birthday_lunar=stored)
    Customer.objects.filter(pk=customer.pk).update(birthday_lunar=stored)
    assert (made.birthday_lunar, Customer.objects.get(pk=customer.pk).birthday_lunar) == (stored, stored)


@pytest.mark.parametrize("stored", ["13-01", "06-31", "6-8", "闰", "<b>", "06-08\n", "十月廿二", " 06-08"])
def test_no_other_shape_gets_in(stored, customer):
    for write in (
        lambda: Contact.objects.create(customer=customer, name="陈晓", birthday_lunar=stored),
        lambda: Customer.objects.filter(pk=customer.pk).update(birthday_lunar=stored),
    ):
        with pytest.raises(IntegrityError, match="birthday_lunar"), transaction.atomic():
            write()


@given(st.integers(1, 12), st.integers(1, 30), st.booleans())
def test_all_that_is_read_from_typing_fits(month, day, leap):
    assert re.fullmatch(rules.STORED_LUNAR, rules.parse_lunar(f"{'闰' if leap else ''}{month}-{day}") or "?")
