import pytest

from guike.platform import dictionaries, history
from guike.platform.access import SYSTEM, Viewer
from guike.platform.dictionaries import catalogue, services
from guike.platform.dictionaries.models import Dictionary, DictionaryEntry
from guike.platform.errors import Forbidden, Refused, Stale

pytestmark = pytest.mark.django_db
WORDS = [("web", "网络"), ("referral", "转介绍")]


@pytest.fixture(autouse=True)
def source(monkeypatch):
    """A dictionary declared for the time of a test."""
    monkeypatch.setattr(catalogue, "_declared", {})
    dictionaries.declare("test_source", label="测试来源", entries=WORDS)
    catalogue.seed_after_migrate()
    return Dictionary.objects.get(code="test_source")


def word(code: str) -> DictionaryEntry:
    return DictionaryEntry.objects.get(dictionary__code="test_source", code=code)


def test_declared_words_are_there_in_order():
    assert [(w.code, w.label) for w in dictionaries.entries("test_source")] == WORDS
    assert dictionaries.entries("nothing") == []


@pytest.mark.parametrize("text", ["网络", " 网 络 ", "web", "ＷＥＢ", "线上"])
def test_a_word_is_found_by_label_code_and_synonym(text):
    services.change_entry(word("web").pk, actor=SYSTEM, label="网络", synonyms=["线上"])
    assert dictionaries.resolve("test_source", text) == "web"


def test_a_label_wins_over_a_code_and_a_word_in_use_over_a_retired_one():
    services.add_entry("test_source", "转介绍老客户", actor=SYSTEM, synonyms=["web", "网络"])
    assert dictionaries.resolve("test_source", "web") == "web"
    services.change_entry(word("web").pk, actor=SYSTEM, label="web", active=False)
    assert dictionaries.resolve("test_source", "网络") == "zhuan_jie_shao_lao_ke_hu"


def test_unknown_words_are_made_only_when_asked(django_assert_max_num_queries):
    assert dictionaries.resolve("test_source", "展会") is None
    with django_assert_max_num_queries(12):
        made = dictionaries.resolve_many("test_source", ["展会", "网络", " 展 会", "", "电话"], create=True)
    assert made == {"展会": "zhan_hui", "网络": "web", " 展 会": "zhan_hui", "电话": "dian_hua"}
    assert [w.label for w in dictionaries.entries("test_source")] == ["网络", "转介绍", "展会", "电话"]


def test_codes_do_not_collide():
    services.add_entry("test_source", "展会", actor=SYSTEM)
    assert services.add_entry("test_source", "展绘", actor=SYSTEM).code == "zhan_hui_2"


def test_what_the_company_changed_stays_after_an_upgrade(source):
    services.change_entry(word("web").pk, actor=SYSTEM, label="互联网")
    services.change_entry(word("referral").pk, actor=SYSTEM, label="转介绍", active=False)
    dictionaries.declare("test_source", label="测试来源", entries=[*WORDS, ("fair", "展会")])
    catalogue.seed_after_migrate()
    assert dictionaries.labels("test_source") == {"web": "互联网", "referral": "转介绍", "fair": "展会"}
    assert [w.code for w in dictionaries.entries("test_source")] == ["web", "fair"]


def test_a_retired_word_stays_offered_where_it_is_in_use():
    services.change_entry(word("web").pk, actor=SYSTEM, label="网络", active=False)
    assert dictionaries.choices("test_source") == [("referral", "转介绍")]
    assert dictionaries.choices("test_source", current="web") == WORDS
    assert dictionaries.label_of("test_source", "web") == "网络"


def test_two_words_do_not_share_a_label():
    with pytest.raises(Refused, match="已有「网络」"):
        services.add_entry("test_source", "网　络", actor=SYSTEM)
    services.change_entry(word("web").pk, actor=SYSTEM, label="网络", active=False)
    with pytest.raises(Refused, match="可重新启用"):
        services.add_entry("test_source", "网络", actor=SYSTEM)


def test_words_are_moved():
    services.move_entry(word("referral").pk, -1, actor=SYSTEM)
    assert [w.code for w in dictionaries.entries("test_source")] == ["referral", "web"]
    services.move_entry(word("referral").pk, -5, actor=SYSTEM)
    assert [w.code for w in dictionaries.entries("test_source")] == ["referral", "web"]


def test_a_change_is_in_the_history_and_a_stale_form_is_refused():
    version = word("web").version
    services.change_entry(word("web").pk, actor=SYSTEM, label="互联网", version=version)
    with pytest.raises(Stale):
        services.change_entry(word("web").pk, actor=SYSTEM, label="网上", version=version)
    assert history.of(word("web"))[0].verb == "dictionaries.change_entry"
    assert word("web").label == "互联网"


def test_a_salesperson_reads_and_does_not_write():
    seller = Viewer(account_id=1, person_id=1, roles=frozenset({"salesperson"}))
    for attempt in (
        lambda: services.add_entry("test_source", "展会", actor=seller),
        lambda: services.change_entry(word("web").pk, actor=seller, label="展会"),
        lambda: services.move_entry(word("web").pk, 1, actor=seller),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert dictionaries.labels("test_source") == dict(WORDS)
