"""The same form posted twice at the same moment is one follow-up; without its token it is two."""

import threading
from uuid import uuid4

import pytest
from django.db import connection

from guike.contact import services
from guike.contact.models import FollowUp
from guike.contact.tests.conftest import draft


def race(customer, actor, token):
    """Two requests let go together; returns what became of them."""
    start, results = threading.Barrier(2), []

    def post():
        try:
            start.wait(timeout=20)
            results.append(services.log_follow_up(customer.pk, draft(), actor=actor, form_token=token))
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _request in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_number", range(3))
def test_one_form_twice_is_one_follow_up(customer, chen, round_number):
    results = race(customer, chen, uuid4())
    assert [result.repeated for result in results].count(True) == 1
    assert FollowUp.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_token_both_are_written(customer, chen):
    """The negative control: it is the token that keeps it to one."""
    assert len(race(customer, chen, None)) == 2
    assert FollowUp.objects.count() == 2
    assert FollowUp.objects.filter(first_contact=True).count() == 1
