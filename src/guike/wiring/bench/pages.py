"""PRF-1, PRF-2, PRF-8: pages and a follow-up, through the whole of Django, without the network."""

import random
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.test import Client

from guike.customers.selectors import list_rows
from guike.customers.services import advance_stages
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.ui.lists import keyset
from guike.wiring.bench import Figure, Size
from guike.wiring.bench.measure import milliseconds, percentile, queries, viewer

ROUNDS = 12
#: So many of the follow-ups measured are the first with a lead.
FIRST_WORDS = 9
SORTS = {
    "purchases": "figures__purchases_12m",
    "last_contact": "figures__last_contact_on",
    "last_purchase": "figures__last_purchase_on",
    "name": "pinyin",
}


def client(login: str) -> Client:
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    signed_in = Client()
    signed_in.force_login(apps.get_model("organisation.Account").objects.get(login=login))
    return signed_in


def _get(who: Client, url: str) -> Any:
    answer = who.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return answer


def _timed(who: Client, urls: list[str], rounds: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Times and queries per address; the times are taken in turns."""
    for url in urls:
        _get(who, url)
    times: dict[str, list[float]] = {url: [] for url in urls}
    for _round in range(rounds):
        for url in urls:
            times[url].append(milliseconds(partial(_get, who, url)))
    return times, {url: queries(partial(_get, who, url)) for url in urls}


def _known_sorts() -> dict[str, str]:
    """The list's own sortable columns: code → field."""
    from guike.customers.lists import CustomerList

    return {column.code: column.sort for column in CustomerList().columns if column.sort}


def _deep(login: str, sort: str, field: str, size: Size) -> str:
    """The address of a page far down: page 20,000 of a million, the same share of fewer."""
    seen_by = viewer(login)
    place = min(600_000, int(size.customers * 0.6))
    order = keyset.order_of(list_rows(seen_by), ("-" if sort.startswith("-") else "") + field)
    names = [order.path, "pk"]
    direction = [("-" if order.descending else "") + name for name in (order.path, order.tie)]
    value, pk = list_rows(seen_by).filter(**{f"{order.path}__isnull": False}).order_by(*direction).values_list(*names)[place]
    return "/customers/?" + urlencode({"view": "all", "sort": sort, "after": keyset.Cursor(value, pk, place).token()})


def lists(size: Size) -> list[Figure]:
    """PRF-1: every sort both ways, the quick filters, views, a condition; page 1 and far down."""
    login = "marketing"
    who = client(login)
    sorts = [sign + code for code in _known_sorts() for sign in ("", "-")]
    person = apps.get_model("organisation.Person").objects.filter(number__startswith="S").values_list("pk", flat=True).first()
    plain = [f"/customers/?view=all&sort={sort}" for sort in sorts]
    filters = ["f.grade=A", f"f.owner={person}", "f.stage=new", "f.nature=dealer", f"f.owner={person}&f.grade=B", "q=恒达", "q=13912"]
    filtered = [f"/customers/?view=all&{one}" for one in filters]
    views = [
        "/customers/?view=silent",
        "/customers/?view=a",
        "/customers/?view=incomplete",
        "/sales/orders/?view=all",
        "/sales/orders/?view=all&sort=-amount",
        "/sales/orders/?view=month",
    ]
    first, most = _timed(who, plain + filtered + views, ROUNDS)
    deep_urls = {
        sort: _deep(login, sort, _known_sorts()[sort.lstrip("-")], size)
        for sort in sorts
        if _has_values(login, _known_sorts()[sort.lstrip("-")], size)
    }
    deep, most_deep = _timed(who, list(deep_urls.values()), ROUNDS)
    shallow = [time for sort in deep_urls for time in first[f"/customers/?view=all&sort={sort}"]]
    every = [time for times in (*first.values(), *deep.values()) for time in times]
    slowest = sorted(((percentile(times, 0.95), url[:120]) for url, times in {**first, **deep}.items()), reverse=True)[:6]
    asked = {**most, **most_deep}
    detail = {
        "p50": percentile(every, 0.5),
        "most_queries": max(asked, key=asked.__getitem__)[:120],
        "addresses": len(first) + len(deep),
        "page_1_p95": percentile(shallow, 0.95),
        "deep_p95": percentile([time for times in deep.values() for time in times], 0.95),
        "deep_row": min(600_000, int(size.customers * 0.6)),
        "slowest": [{"p95": p95, "url": url} for p95, url in slowest],
    }
    return [Figure("PRF-1", "list page, any filter and sort, p95", percentile(every, 0.95), "ms", 30, max(asked.values()), detail)]


def _has_values(login: str, field: str, size: Size) -> bool:
    place = min(600_000, int(size.customers * 0.6))
    return list_rows(viewer(login)).filter(**{f"{field}__isnull": False}).order_by().values("pk")[place : place + 1].exists()


def records(size: Size) -> list[Figure]:
    """PRF-2: the customers with the longest history and some with little."""
    who = client("marketing")
    longest = list(
        apps.get_model("sales.SalesOrder")
        .objects.filter(customer__lte=size.customers // 50)
        .values_list("customer", flat=True)
        .order_by("customer")
        .distinct()[:15]
    )
    few = list(
        apps.get_model("customers.Customer")
        .objects.filter(pk__gt=size.customers * 9 // 10)
        .order_by("pk")
        .values_list("pk", flat=True)[:15]
    )
    times_long, most_long = _timed(who, [f"/customers/{pk}/" for pk in longest], 8)
    times_few, most_few = _timed(who, [f"/customers/{pk}/" for pk in few], 8)
    long_ones, few_ones = ([time for times in found.values() for time in times] for found in (times_long, times_few))
    detail = {
        "p50": percentile(long_ones, 0.5),
        "long_history_p95": percentile(long_ones, 0.95),
        "short_history_p95": percentile(few_ones, 0.95),
        "queries_long": max(most_long.values()),
        "queries_short": max(most_few.values()),
    }
    return [
        Figure(
            "PRF-2",
            "customer page with 10 years of history, p95",
            percentile(long_ones, 0.95),
            "ms",
            60,
            max(*most_long.values(), *most_few.values()),
            detail,
        )
    ]


def follow_ups(size: Size) -> list[Figure]:
    """PRF-8: the form posted, with a next step; all consequences in the same request.

    One in ten is the first word with a lead: it moves the customer's stage, and the policies that read the stage judge again.
    The others stand where the nightly round would have put them.
    """
    who = client("bench")
    seen_by = viewer("bench")
    seed = random.Random(8)  # noqa: S311 — the same customers every time
    among = list_rows(seen_by).filter(owner__isnull=False, pk__lte=size.customers // 3).order_by("pk")
    leads = list(among.filter(stage="lead", figures__first_purchase_on=None).values_list("pk", flat=True)[:FIRST_WORDS])
    known = list(among.exclude(pk__in=leads).values_list("pk", flat=True)[:4000])
    chosen = [seed.choice(known) for _turn in range(FIRST_WORDS * 9)]
    advance_stages(chosen, actor=SYSTEM)
    for pk in chosen[:5]:
        _post(who, pk)
    usual = [milliseconds(partial(_post, who, pk)) for pk in chosen[5:]]
    moving = [milliseconds(partial(_post, who, pk)) for pk in leads[1:]]
    kept = usual + moving
    return [
        Figure(
            "PRF-8",
            "save a follow-up, p95",
            percentile(kept, 0.95),
            "ms",
            40,
            queries(partial(_post, who, chosen[-1])),
            {
                "p50": percentile(kept, 0.5),
                "saved": len(kept),
                "usual_p95": percentile(usual, 0.95),
                "stage_moves": len(moving),
                "stage_moves_p50": percentile(moving, 0.5),
                "stage_moves_queries": queries(partial(_post, who, leads[0])),
            },
        )
    ]


def _post(who: Client, pk: int) -> None:
    from datetime import timedelta

    today = clock.today()
    sent = {
        "method": "phone",
        "said": "问交期，对方希望 20 天以内",
        "happened_on": today.isoformat(),
        "next_on": (today + timedelta(days=7)).isoformat(),
        "next_step": "核交期",
    }
    answer = who.post(f"/contact/log/{pk}/", sent)
    if answer.status_code not in (302, 204):
        raise RuntimeError(f"the follow-up of {pk} answered {answer.status_code}")
