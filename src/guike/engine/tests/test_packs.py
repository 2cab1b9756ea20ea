# ruff: noqa: S608 — the compiled query is what is tested
"""Every shipped policy is sound, its examples come out, and all schemes of POL-08 are there (POL-07, POL-08)."""

from datetime import date

import pytest
from django.db import connection

from guike.engine.policies import match
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.compile import Compiling
from guike.engine.services.packs import DEFAULT_PACKS, check_pack, packs
from guike.engine.tests.catalogue import registry_of_packs
from guike.engine.tests.measured import measured_sql

ALL = ("channel", "service", "auto", "ecommerce", "manufacturing", "pharma", "property", "retail-field", "trade")
SHIPPED = [(pack, text) for pack in packs() for text in packs()[pack].texts]


def policies_of(pack: str):
    return check_pack(pack, registry_of_packs())


def deciding():
    return [parsed.content for pack in packs() for parsed in policies_of(pack) if parsed.content.decides]


def test_nine_packs_are_shipped_defaults_first():
    assert tuple(packs()) == ALL
    assert DEFAULT_PACKS == ("channel", "service")


@pytest.mark.parametrize("pack", ALL)
def test_a_pack_is_sound_and_readable(pack):
    for parsed in policies_of(pack):
        assert [str(problem) for problem in parsed.problems] == []
        content = parsed.content
        assert content.clause_text, f"{content.code} has no clause"
        assert content.clause_title
        assert content.clause_number
        if content.decides:
            assert content.examples, f"{content.code} has no worked example"


def test_codes_are_unique_over_all_packs():
    codes = [parsed.content.code for pack in packs() for parsed in policies_of(pack)]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("content", deciding(), ids=lambda content: content.code)
def test_every_outcome_of_a_shipped_scheme_has_an_example(content):
    shown = {example.outcome for example in content.examples}
    assert {outcome.code for outcome in content.outcomes} <= shown


@pytest.mark.django_db
@pytest.mark.parametrize("content", deciding(), ids=lambda content: content.code)
def test_worked_examples_come_out_in_the_database(content):
    registry = registry_of_packs()
    compiling = Compiling(content, date(2026, 11, 22), Catalogue(registry), registry=registry)
    if any(code.startswith("outcome.") for code in compiling.inputs):
        pytest.skip("rests on another policy's outcome")
    facts = [{code: example.values.get(code) for code in compiling.metrics} for example in content.examples]
    compiling = Compiling(content, date(2026, 11, 22), Catalogue(registry), registry=registry, measured=measured_sql(compiling, facts))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT subject_id, outcome, score FROM ({compiling.sql()}) q ORDER BY 1")
        found = cursor.fetchall()
    assert [row[1] for row in found] == [example.outcome for example in content.examples]
    for row, example in zip(found, content.examples, strict=True):
        if example.score is not None:
            assert row[2] == example.score == match.score_of(content, example.values)


SCHEMES = {
    "composite score": ("customer-grade", ["A", "B", "C"]),
    "strategic A–E": ("strategic-grade", ["A", "B", "C", "D", "E"]),
    "time-to-deal A–E": ("time-to-deal", ["A", "B", "C", "D", "E"]),
    "car dealer": ("purchase-level", ["H", "A", "B", "C"]),
    "follow-up category": ("prospect-category", ["准客户", "意向客户", "优质潜在", "一般潜在"]),
    "value A–D": ("buyer-value", ["A", "B", "C", "D"]),
    "VIP": ("vip-level", ["VIP"]),
    "key / ordinary / potential": ("key-customer", ["重点", "普通", "潜力"]),
    "deal state": ("deal-view", None),
    "importance": ("importance-view", None),
    "urgency": ("urgency-view", None),
    "need": ("need-view", None),
    "risk": ("risk-rating", None),
}


@pytest.mark.parametrize(("code", "words"), SCHEMES.values(), ids=SCHEMES)
def test_every_scheme_of_the_specification_is_shipped(code, words):
    content = next(parsed.content for pack in packs() for parsed in policies_of(pack) if parsed.content.code == code)
    named = [outcome.label for outcome in content.outcomes]
    assert len(named) >= 3
    for word in words or []:
        assert any(word in label for label in named) or word in [outcome.code for outcome in content.outcomes]
