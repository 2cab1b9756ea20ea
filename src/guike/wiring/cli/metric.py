"""`guike metric list|show`: the catalogue of measures and their values (POL-03)."""

import argparse
from typing import Any

from guike.wiring.cli.explaining import subject_id
from guike.wiring.cli.given import day, numbers
from guike.wiring.cli.reply import acting, add_acting

USAGE = [
    ("metric list", "列出指标：代码、名称、单位"),
    ("metric show CODE [--as-of D] [--number N]", "一项指标的合计、最小、最大、平均；或一家的取值和背后的记录"),
]


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("metric", help="指标").add_subparsers(metavar="list|show")
    verbs.add_parser("list", help=USAGE[0][1]).set_defaults(run=list_metrics, show=show_list)
    showing = verbs.add_parser("show", help=USAGE[1][1])
    showing.add_argument("code", metavar="CODE")
    showing.add_argument("--as-of", metavar="D", help="哪一天，默认今天")
    showing.add_argument("--number", metavar="N", help="只看这一家")
    showing.add_argument("--limit", type=int, default=50, metavar="N", help="列出多少条记录，默认 50")
    add_acting(showing)
    showing.set_defaults(run=show_metric, show=show_value)


def list_metrics(arguments: argparse.Namespace) -> dict[str, Any]:
    """Every metric of every subject."""
    from guike.engine import selectors
    from guike.engine.selectors.metrics import definition

    return {
        "metrics": [
            {
                "code": one.code,
                "label": str(one.label),
                "value": one.value,
                "unit": one.unit_shown,
                "subject": one.subject,
                "semantics": definition(one),
            }
            for one in selectors.catalogue(acting(arguments))
        ]
    }


def show_list(value: dict[str, Any]) -> None:
    for one in value["metrics"]:
        print(f"{one['code']:<32} {one['label']}{'（' + one['unit'] + '）' if one['unit'] else ''}：{one['semantics']}")


def show_metric(arguments: argparse.Namespace) -> dict[str, Any]:
    """Over all subjects, or of one with the rows behind it."""
    from guike.engine import selectors
    from guike.platform import clock

    viewer, as_of = acting(arguments), day(arguments.as_of) or clock.today()
    if arguments.number:
        return _of_one(arguments, viewer, as_of)
    found = selectors.metric_summary(viewer, arguments.code, as_of)
    summary = {"code": found.code, "as_of": as_of, "subjects": found.subjects}
    if found.values:
        return {**summary, "values": found.values}
    return numbers({**summary, "sum": found.sum, "min": found.min, "max": found.max, "mean": found.mean})


def _of_one(arguments: argparse.Namespace, viewer: Any, as_of: Any) -> dict[str, Any]:
    from guike.engine import selectors
    from guike.engine.selectors.metrics import known_metric

    metric = known_metric(arguments.code)
    pk = subject_id(viewer, metric.subject, arguments.number)
    value = selectors.metric_values(viewer, [metric.code], metric.subject, [pk], as_of)[pk][metric.code]
    drill = selectors.metric_rows(viewer, metric.code, pk, as_of, arguments.limit)
    rows = [{column.code: row[place] for place, column in drill.visible} for row in drill.rows]
    found = {"code": metric.code, "as_of": as_of, "number": arguments.number, "value": value, "total": drill.total, "rows": rows}
    return numbers(found)


def show_value(value: dict[str, Any]) -> None:
    for key, one in value.items():
        if key != "rows":
            print(f"{key}: {one}")
    for row in value.get("rows", []):
        print("  " + "  ".join(str(cell) for cell in row.values()))
