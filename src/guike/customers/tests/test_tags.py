"""Tags of customers: put on, taken off, filtered, exported, imported, remembered (CUS-01, PLT-10)."""

import pytest
from django.db import connection

from guike.customers import selectors, services
from guike.customers.lists import CustomerList
from guike.customers.models import Customer
from guike.platform.dictionaries.models import DictionaryEntry
from guike.platform.errors import Forbidden, Refused
from guike.platform.imports import services as imports


@pytest.fixture
def several(owner):
    return [services.add_customer({"name": f"客户{n:02d}"}, actor=owner) for n in range(22)]


def carried(customer) -> list[str]:
    return Customer.objects.get(pk=customer.pk).tags


def test_tags_are_added_in_order_and_taken_off(customer, owner):
    assert services.tag(customer.pk, add=["price_sensitive", "key_account"], actor=owner) is True
    assert services.tag(customer.pk, add=["key_account"], actor=owner) is False
    assert carried(customer) == ["price_sensitive", "key_account"]
    services.tag(customer.pk, remove=["price_sensitive"], add=["slow_payer"], actor=owner)
    assert carried(customer) == ["key_account", "slow_payer"]


def test_a_word_off_the_list_and_a_retired_one_are_refused_but_stay_where_they_are(customer, owner):
    with pytest.raises(Refused, match="没有「vip」这个标签"):
        services.tag(customer.pk, add=["vip"], actor=owner)
    services.tag(customer.pk, add=["key_account"], actor=owner)
    DictionaryEntry.objects.filter(code="key_account").update(active=False)
    services.set_tags(customer.pk, ["key_account", "slow_payer"], actor=owner)
    assert carried(customer) == ["key_account", "slow_payer"]
    services.set_tags(customer.pk, [], actor=owner)
    with pytest.raises(Refused, match="已停用"):
        services.set_tags(customer.pk, ["key_account"], actor=owner)


def test_one_who_only_reads_a_customer_does_not_tag_it(customer, owner, teammate):
    services.share(customer.pk, teammate.person_id, "read", actor=owner)
    with pytest.raises(Forbidden):
        services.tag(customer.pk, add=["key_account"], actor=teammate)
    assert carried(customer) == []


def test_twenty_at_once_with_a_result_a_row(as_viewer, owner, teammate, several, outsider):
    foreign = services.add_customer({"name": "别人的"}, actor=teammate)
    services.share(foreign.pk, owner.person_id, "read", actor=teammate)
    chosen = [one.pk for one in several[:20]] + [foreign.pk]
    answer = as_viewer(owner).post("/customers/?view=all", {"do": "tag", "confirmed": "1", "pk": chosen, "add": ["key_account"]})
    page = answer.content.decode()
    assert "完成 20 家" in page
    assert "1 家没有改动" in page
    assert "你是这家客户的协同人，只能查看" in page
    assert Customer.objects.filter(tags=["key_account"]).count() == 20
    assert carried(several[20]) == []


def test_filter_column_and_export_speak_of_tags(as_viewer, owner, several, django_assert_max_num_queries):
    services.tag(several[3].pk, add=["key_account", "slow_payer"], actor=owner)
    services.tag(several[5].pk, add=["slow_payer"], actor=owner)
    client = as_viewer(owner)
    page = client.get("/customers/?view=all&f.tags=key_account&col=name&col=tags").content.decode()
    assert page.count("data-row=") == 1
    assert '<span class="gk-label-tag gk-label-plain">重点跟进</span><span class="gk-label-tag gk-label-plain">回款慢</span>' in page
    with django_assert_max_num_queries(12):
        client.get("/customers/?view=all&col=name&col=tags")
    file = b"".join(client.get("/customers/?view=all&f.tags=slow_payer&sort=name&col=name&col=tags&export=csv").streaming_content).decode(
        "utf-8-sig"
    )
    assert file.splitlines() == ["客户,标签", "客户03,重点跟进、回款慢", "客户05,回款慢"]


@pytest.mark.parametrize(
    ("op", "value", "names"),
    [
        ("any_of", ["key_account", "slow_payer"], ["客户03", "客户05"]),
        ("all_of", ["key_account", "slow_payer"], ["客户03"]),
        ("none_of", ["key_account"], ["客户04", "客户05"]),
        ("none", None, ["客户04"]),
    ],
)
def test_conditions_on_several_words(owner, several, op, value, names):
    from guike.platform import conditions

    services.tag(several[3].pk, add=["key_account", "slow_payer"], actor=owner)
    services.tag(several[5].pk, add=["slow_payer"], actor=owner)
    leaf = {"field": "tags", "op": op, **({"value": value} if value else {})}
    listing = CustomerList()
    listing.viewer = owner
    found = selectors.customers(owner).filter(conditions.to_q(leaf, listing.fields), pk__in=[one.pk for one in several[3:6]])
    assert sorted(found.values_list("name", flat=True)) == names
    from psycopg import sql

    with connection.cursor() as cursor:
        column = {"tags": sql.SQL("tags")}
        cursor.execute(
            sql.SQL("SELECT name FROM customers_customer WHERE {} AND id = ANY(%s) ORDER BY name").format(
                conditions.to_sql(leaf, listing.fields, column)
            ),
            [[one.pk for one in several[3:6]]],
        )
        assert [name for (name,) in cursor.fetchall()] == names


def test_the_change_is_told_in_the_tags_words(customer, owner):
    services.tag(customer.pk, add=["key_account"], actor=owner)
    services.tag(customer.pk, add=["slow_payer"], actor=owner)
    line = selectors.changes(owner, customer)[0]
    assert line.what == "标签"
    assert [(one.before, one.after) for one in line.entry.changes if one.field == "tags"] == [("重点跟进", "重点跟进、回款慢")]


def test_the_page_shows_tags_and_the_sheet_changes_them(as_viewer, customer, owner):
    client = as_viewer(owner)
    assert client.post(f"/customers/{customer.pk}/tags/", {"tags": ["key_account"]}).status_code == 302
    assert "gk-label-tag" in client.get(f"/customers/{customer.pk}/").content.decode()
    assert carried(customer) == ["key_account"]


def test_only_ticked_rows_leave_in_a_file(as_viewer, owner, several):
    answer = as_viewer(owner).post("/customers/?view=all", {"do": "export", "pk": [several[1].pk, several[2].pk]})
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    from io import BytesIO

    from python_calamine import load_workbook

    rows = load_workbook(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    assert sorted(row[0] for row in rows[1:]) == ["客户01", "客户02"]


def test_an_import_adds_tags_and_takes_none_away(customer, owner, tmp_path, cast):
    services.tag(customer.pk, add=["key_account"], actor=owner)
    path = tmp_path / "客户.csv"
    path.write_text(f"客户编号,客户名称,标签\n{customer.number},{customer.name},回款慢、老乡\n", encoding="utf-8-sig")
    imports.import_file("customers", path, actor=cast("何静", "clerk"), on_error="skip-rows")
    fresh = DictionaryEntry.objects.get(dictionary__code="customer_tag", label="老乡").code
    assert carried(customer) == ["key_account", "slow_payer", fresh]
