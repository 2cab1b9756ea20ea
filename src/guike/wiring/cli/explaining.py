"""`guike explain KIND NUMBER`: why an outcome is what it is (POL-05)."""

import argparse
from typing import Any

from guike.wiring.cli.given import day, default_policies, numbers
from guike.wiring.cli.reply import acting, add_acting

USAGE = [("explain KIND NUMBER [--policy CODE] [--as-of D]", "为什么：取值、所在档、得分、理由、版本、差距最小的改变")]


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("explain", help=USAGE[0][1])
    parser.add_argument("kind", metavar="KIND", help="对象，如 customer")
    parser.add_argument("number", metavar="NUMBER", help="编号，如 KH-000123")
    parser.add_argument("--policy", metavar="CODE", help="哪份制度，默认主等级")
    parser.add_argument("--as-of", metavar="D", help="哪一天，默认上次判定日")
    add_acting(parser)
    parser.set_defaults(run=explain, show=show)


def subject_id(viewer: Any, kind: str, number: str) -> int:
    """The id behind a number among those the viewer may see."""
    from guike.engine.metrics import REGISTRY
    from guike.platform.access import rows
    from guike.platform.errors import Refused

    if kind not in REGISTRY.subjects:
        raise Refused(f"没有对象 {kind}，可用：{'、'.join(REGISTRY.subjects)}")
    subject = REGISTRY.subject(kind)
    found = rows(viewer, kind).filter(**{subject.number: number}).values_list("pk", flat=True).first()
    if found is None:
        raise Refused(f"没有编号为 {number} 的{subject.label}，或不在可见范围内")
    return found


def explain(arguments: argparse.Namespace) -> dict[str, Any]:
    """The explanation as one object."""
    from guike.engine import selectors

    default_policies()
    viewer = acting(arguments)
    pk = subject_id(viewer, arguments.kind, arguments.number)
    found = selectors.explain(viewer, arguments.policy, pk, day(arguments.as_of), subject_kind=arguments.kind)
    return numbers(
        {
            "subject": {"kind": found.subject_kind, "number": found.number, "name": found.name},
            "policy": found.policy,
            "title": found.title,
            "version": found.version,
            "clause": found.clause,
            "as_of": found.as_of,
            "outcome": found.outcome,
            "label": found.label,
            "computed": found.computed,
            "score": found.score,
            "margin": found.margin,
            "characteristics": [{key: getattr(one, key) for key in CHARACTERISTIC} for one in found.characteristics],
            "rows": [{"outcome": one.outcome, "words": one.words, "matched": one.matched, "failed": one.failed} for one in found.lines],
            "reasons": found.reasons,
            "nearest": [{key: getattr(one, key) for key in MOVE} for one in found.nearest],
            "history": [{"as_of": one.as_of, "outcome": one.outcome, "score": one.score, "version": one.version} for one in found.history],
        }
    )


CHARACTERISTIC = ("metric", "label", "value", "shown", "band", "points", "weight", "contribution", "rows")
MOVE = ("metric", "label", "now", "then", "outcome", "direction", "score", "text", "detail")


def show(value: dict[str, Any]) -> None:
    subject = value["subject"]
    score = f"，总分 {value['score']} 分，{value['margin']}" if value["score"] is not None else ""
    print(f"{subject['number']} {subject['name']}：{value['label']}{score}")
    print(f"依据{value['clause']}，《{value['title']}》第 {value['version']} 版，{value['as_of']} 判定")
    for one in value["characteristics"]:
        counted = f"  {one['band']}，得 {one['points']} 分 × {one['weight']}% = {one['contribution']}" if one["points"] is not None else ""
        print(f"  {one['label']}：{one['shown']}{counted}（{one['rows']} 条记录）")
    for one in value["rows"]:
        print(f"  {'✓' if one['matched'] else '✗'} {one['words']}" + (f"；不符合：{'、'.join(one['failed'])}" if one["failed"] else ""))
    for reason in value["reasons"]:
        print(f"· {reason}")
    for move in value["nearest"]:
        print(f"{ {'up': '↑', 'down': '↓', 'same': '＝'}[move['direction']] } {move['text']}（{move['detail']}）")
