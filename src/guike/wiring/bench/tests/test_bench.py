"""The bench measures what it says: its company adds up, its scorecard is the hand-written SQL's, its percentiles are nearest-rank."""

import pytest
from django.apps import apps
from django.db import connection

from guike.launcher.messages import Stop
from guike.wiring.bench import Figure, Size, generate, growing, measure, policies, run
from guike.wiring.bench.filling import fill
from guike.wiring.cli import bench as command


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (1.0, 100), (0.001, 1)])
def test_percentiles_are_of_what_was_measured(share, value):
    assert measure.percentile(range(100, 0, -1), share) == value


def test_a_figure_in_the_shape_that_scripts_rely_on():
    shown = Figure("PRF-3", "x", 1.5, "s", 1.2, 1).as_json()
    assert {"id", "value", "unit", "baseline", "ratio", "queries"} <= set(shown)
    assert (shown["ratio"], Figure("PRF-8", "x", 3, "ms").as_json()["ratio"]) == (1.25, None)


def test_small_is_one_hundredth():
    assert (Size.of("small").customers, Size.of("full").customers, Size.of("small").activities) == (10_000, 1_000_000, 50_000)


def test_filling_takes_the_models_defaults(db):
    assert fill("products.Product", {"number": "'P' || i", "name": "'阀 ' || i"}, "generate_series(1, 3) i") == 3
    made = apps.get_model("products.Product").objects.get(number="P2")
    assert (made.unit, made.active, made.custom, made.version) == ("件", True, {}, 1)


@pytest.mark.slow
def test_the_generated_company_adds_up_and_both_scorecards_agree(db, monkeypatch):
    monkeypatch.setattr(generate, "_vacuum", lambda: None)
    monkeypatch.setattr(policies, "TURNS", 1)
    size = Size("tiny", 400, 1500, 2500, 0)
    generate.company(size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    policies.publish()
    figure = policies.evaluation(size)[0]
    assert (figure.detail["customers"], figure.detail["equal_rows"]) == (400, True)
    lines = apps.get_model("sales.SalesOrderLine").objects
    assert (apps.get_model("sales.SalesOrder").objects.count(), 3000 < lines.count() < 4500) == (1500, True)


def test_growth_is_told_in_times_of_a_tenth(monkeypatch):
    def found(ms, seconds):
        times = {"times": {"ours": [seconds, 9, seconds]}}
        return [Figure(code, "x", 1, "ms", detail={"p50": ms}) for code in ("PRF-1", "PRF-2", "PRF-7")] + [Figure("PRF-3", "x", 1, "s", detail=times)]

    monkeypatch.setattr(growing, "_smaller", lambda scale: {figure.id: figure.as_json() for figure in found(10, 0.02)})
    for module, name in ((growing.pages, "lists"), (growing.pages, "records"), (growing.serving, "searching"), (growing.policies, "evaluation")):
        monkeypatch.setattr(module, name, lambda size: [])
    monkeypatch.setattr(growing.pages, "lists", lambda size: found(13, 0.3))
    told = {figure.what.split(",")[0]: (figure.value, figure.baseline) for figure in growing.measure(Size.of("small"))}
    assert told == {"list": (1.3, 1.2), "customer page": (1.3, 1.2), "search": (1.3, 1.2), "evaluation": (15.0, 11.0)}


def test_what_the_command_offers_is_what_can_be_measured():
    assert set(command.KNOWN) == set(run.MEASURES)


def test_an_unknown_figure_is_refused(monkeypatch):
    from argparse import Namespace

    with pytest.raises(Stop, match="没有 PRF-77"):
        command.bench(Namespace(only="PRF-77", scale="small"))
