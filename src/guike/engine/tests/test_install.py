"""Installing packs, and the figures of the superstore under the channel pack (POL-07; issue: must be seen to be true)."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from guike.engine import selectors, services
from guike.engine.metrics import REGISTRY
from guike.engine.models import Policy, PolicyVersion
from guike.engine.models.policy import BEGINNING
from guike.engine.policies.yaml_text import read, write
from guike.engine.services.packs import packs
from guike.engine.tests.conftest import CARD
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused

pytestmark = pytest.mark.django_db
DAY = date(2017, 12, 31)
SUPERSTORE = Path(__file__).resolve().parents[5] / "shared" / "data" / "sales" / "superstore_cn.xls"


@pytest.fixture
def any_metric(monkeypatch):
    """Stand-ins for the metrics of domains that are not loaded."""
    from guike.engine.tests.catalogue import registry_of_packs

    known = registry_of_packs()
    for kind in ("subjects", "sources", "metrics"):
        monkeypatch.setattr(REGISTRY, kind, {**getattr(known, kind), **getattr(REGISTRY, kind)})


def test_a_pack_is_in_force_from_the_beginning_and_installed_once(any_metric, today):
    installed = services.install_pack("channel", actor=SYSTEM)
    assert len(installed) == len(packs()["channel"].texts)
    assert {(one.effective_from, one.status) for one in installed} == {(BEGINNING, "published")}
    assert set(Policy.objects.values_list("pack", flat=True)) == {"channel"}
    assert services.install_pack("channel", actor=SYSTEM) == []
    assert PolicyVersion.objects.count() == len(installed)


def test_the_first_pack_keeps_the_primary_grade(any_metric, today):
    for code in packs():
        services.install_pack(code, actor=SYSTEM)
    assert list(Policy.objects.filter(is_primary=True).values_list("code", flat=True)) == ["customer-grade"]
    assert "primary: false" in PolicyVersion.objects.get(policy__code="strategic-grade").yaml


def test_a_fresh_instance_gets_the_default_packs_once(any_metric, today):
    assert services.ensure_default_packs(actor=SYSTEM)
    assert services.ensure_default_packs(actor=SYSTEM) == []
    assert set(Policy.objects.values_list("pack", flat=True)) == {"channel", "service"}


def test_an_instance_with_its_own_policies_gets_none(publish_card):
    publish_card()
    assert services.ensure_default_packs(actor=SYSTEM) == []


def test_an_unknown_pack_is_refused_with_those_that_exist(today):
    with pytest.raises(Refused, match="没有制度包 nothing，可用：channel、service"):
        services.install_pack("nothing", actor=SYSTEM)


def test_a_pack_that_names_an_unknown_metric_is_refused_as_a_whole(any_metric, today):
    REGISTRY.metrics.pop("cooperation.full_years")
    with pytest.raises(Refused, match=r"没有指标 cooperation\.full_years"):
        services.install_pack("channel", actor=SYSTEM)
    assert not Policy.objects.exists()


def test_what_was_installed_is_edited_like_any_policy(publish_card):
    publish_card(effective=BEGINNING)
    assert publish_card(CARD.replace("from: 80", "from: 85"), effective=date(2017, 1, 1)).number == 2


# --- the superstore ------------------------------------------------------------------------------------------------------


@pytest.fixture
def superstore(shop, order):
    """Every order line of the file as a fact of its customer; returned orders count here, as in the README's figures."""
    if not SUPERSTORE.exists():
        pytest.skip(f"{SUPERSTORE} is not there")
    from python_calamine import CalamineWorkbook

    from guike.platform.money import round_half_up

    rows = CalamineWorkbook.from_path(SUPERSTORE).get_sheet_by_name("订单").to_python()
    place = {name: column for column, name in enumerate(rows[0])}
    shops = {}
    for row in rows[1:]:
        customer = str(row[place["客户 ID"]] if "客户 ID" in place else row[place["客户编号"]])
        if customer not in shops:
            shops[customer] = shop(f"S{len(shops)}").pk
        order(shops[customer], row[place["订单日期"]], round_half_up(str(row[place["销售额"]])))
    return shops


@pytest.mark.shared_data
@pytest.mark.slow
def test_the_superstore_is_classified_as_its_readme_says(superstore, publish_card):
    texts = {read(text).content["code"]: text for text in packs()["channel"].texts}
    scale, history = (read(texts[code]).content for code in ("customer-scale", "customer-history"))
    scale["rows"][0]["when"]["value"], scale["rows"][1]["when"]["value"] = 20_000, 5_000
    history["rows"][0]["when"]["value"], history["rows"][1]["when"]["value"] = 3, 1
    for content in (scale, history):
        content.pop("examples")
        content["subject"] = "shop"
        text = write(content).replace("purchases.amount_12m", "trade.year").replace("cooperation.full_years", "trade.years")
        publish_card(text, effective=BEGINNING)
    found = {one.code: one.outcomes for one in services.evaluate(as_of=DAY, actor=SYSTEM)}
    assert found["customer-scale"] == {"large": 63, "medium": 304, "small": 423}
    assert found["customer-history"] == {"long": 519, "medium": 260, "short": 11}
    assert selectors.metric_summary(SYSTEM, "trade.year", DAY).sum == Decimal("5488465.95")
    assert len(superstore) == 790
