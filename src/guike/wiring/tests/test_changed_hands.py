"""Who holds a customer is judged when it changes hands, not the night after: a claimed customer is not 「在公海」 any more (CUS-06, POL-10)."""

import pytest

from guike.customers import services as customers
from guike.engine.models import Standing
from guike.engine.services import ensure_default_packs
from guike.organisation.models import Person
from guike.platform.access import SYSTEM

pytestmark = pytest.mark.django_db


def holding(customer):
    return Standing.objects.get(subject_kind="customer", subject_id=customer.pk, policy__code="customer-holding").outcome


def test_to_an_owner_and_back_to_the_pool():
    ensure_default_packs(actor=SYSTEM)
    customer = customers.add_customer({"name": "温州瓯泰阀门有限公司"}, actor=SYSTEM)
    assert holding(customer) == "pool"
    customers.transfer(customer.pk, Person.objects.create(name="陈思远", number="1").pk, actor=SYSTEM)
    assert holding(customer) == "keep"
    customers.transfer(customer.pk, None, actor=SYSTEM, reason="暂不跟进")
    assert holding(customer) == "pool"
