"""`guike policy …` and `guike evaluate`: read, check, try, publish and run the company's rules (POL-01, POL-04, POL-06)."""

import argparse
from dataclasses import asdict
from typing import Any

from guike.wiring.cli.given import day, default_policies, numbers, text_of
from guike.wiring.cli.reply import Reply, acting, add_acting

USAGE = [
    ("policy list", "列出制度：类别、现行版本、草案"),
    ("policy show CODE [--version N]", "打印一份制度的 YAML"),
    ("policy check FILE", "检查一份制度，指出第几行有什么问题"),
    ("policy simulate FILE [--as-of D] [--against FILE]", "用真实数据试算：谁升谁降，每周联系量怎么变；不改动任何记录"),
    ("policy publish FILE --effective D [--as LOGIN]", "发布一个版本，从某天起生效"),
    ("policy packs | install PACK", "列出制度包；启用一个"),
    ("evaluate [--policy CODE] [--as-of D]", "现在就判定（后台每天按周期做同样的事）"),
]


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("policy", help="制度").add_subparsers(metavar="list|show|check|simulate|publish|packs|install")
    verbs.add_parser("list", help=USAGE[0][1]).set_defaults(run=list_policies, show=show_list)
    showing = verbs.add_parser("show", help=USAGE[1][1])
    showing.add_argument("code", metavar="CODE")
    showing.add_argument("--version", type=int, metavar="N", help="第几版，默认现行版")
    showing.set_defaults(run=show_policy, show=lambda value: print(value["yaml"].rstrip()))
    checking = verbs.add_parser("check", help=USAGE[2][1])
    checking.add_argument("file", metavar="FILE")
    checking.set_defaults(run=check, show=show_check)
    _register_trial(verbs)
    publishing = verbs.add_parser("publish", help=USAGE[4][1])
    publishing.add_argument("file", metavar="FILE")
    publishing.add_argument("--effective", required=True, metavar="D", help="生效日期，如 2027-01-01")
    add_acting(publishing)
    publishing.set_defaults(
        run=publish, show=lambda value: print(f"《{value['title']}》第 {value['version']} 版，{value['effective']} 起生效")
    )
    verbs.add_parser("packs", help=USAGE[5][1]).set_defaults(run=list_packs, show=show_packs)
    installing = verbs.add_parser("install", help=USAGE[5][1])
    installing.add_argument("pack", metavar="PACK")
    add_acting(installing)
    installing.set_defaults(
        run=install, show=lambda value: print(f"启用 {len(value['installed'])} 份制度：{'、'.join(value['installed']) or '都已在用'}")
    )
    running = subparsers.add_parser("evaluate", help=USAGE[6][1])
    running.add_argument("--policy", action="append", metavar="CODE", help="只判定这一份；可以写多次")
    running.add_argument("--as-of", metavar="D", help="判定日，默认今天")
    add_acting(running)
    running.set_defaults(run=evaluate, show=show_evaluated)


def _register_trial(verbs: Any) -> None:
    trying = verbs.add_parser("simulate", help=USAGE[3][1])
    trying.add_argument("file", metavar="FILE")
    trying.add_argument("--as-of", metavar="D", help="按哪一天的数据，默认今天")
    trying.add_argument("--against", metavar="FILE", help="与另一份草案比较，默认与现行结果比较")
    trying.add_argument("--limit", type=int, default=50, metavar="N", help="列出多少家变动的，默认 50")
    add_acting(trying)
    trying.set_defaults(run=simulate, show=show_simulation)


def list_policies(arguments: argparse.Namespace) -> dict[str, Any]:
    """Every policy with its version in force."""
    from guike.engine import selectors

    default_policies()
    return {
        "policies": [
            {
                "code": one.policy.code,
                "title": one.policy.title,
                "kind": one.policy.kind,
                "kind_label": one.policy.get_kind_display(),
                "pack": one.policy.pack,
                "primary": one.policy.is_primary,
                "active": one.policy.active,
                "version": one.current.number if one.current else None,
                "effective": one.current.effective_from if one.current else None,
                "upcoming": one.upcoming.effective_from if one.upcoming else None,
                "draft": one.draft.number if one.draft else None,
            }
            for one in selectors.policies(acting(arguments))
        ]
    }


def show_list(value: dict[str, Any]) -> None:
    for one in value["policies"]:
        version = f"第 {one['version']} 版，{one['effective']} 起" if one["version"] else "没有生效的版本"
        notes = [
            note
            for note, true in (("主等级", one["primary"]), (f"草案第 {one['draft']} 版", one["draft"]), ("停用", not one["active"]))
            if true
        ]
        print(f"{one['code']:<24} {one['kind_label']}  {one['title']}（{'；'.join([version, *notes])}）")


def show_policy(arguments: argparse.Namespace) -> dict[str, Any]:
    """One version with its text."""
    from guike.engine import selectors
    from guike.platform.errors import Refused

    default_policies()
    versions = selectors.versions(acting(arguments), arguments.code)
    found = (
        versions.filter(number=arguments.version).first() if arguments.version else selectors.in_force(acting(arguments), arguments.code)
    )
    found = found or (versions.first() if not arguments.version else None)
    if found is None:
        raise Refused(f"《{arguments.code}》没有第 {arguments.version} 版")
    return {
        "code": found.policy.code,
        "title": found.policy.title,
        "kind": found.policy.kind,
        "version": found.number,
        "status": found.status,
        "effective_from": found.effective_from,
        "superseded_on": found.superseded_on,
        "clause": found.clause,
        "content": found.content,
        "yaml": found.yaml,
    }


def check(arguments: argparse.Namespace) -> Reply:
    """Problems with their lines; exit code 1 where the text may not be published."""
    from guike.engine import selectors

    default_policies()
    parsed = selectors.text_problems(acting(arguments), text_of(arguments.file))
    return Reply(
        {"file": arguments.file, "code": parsed.content.code, "sound": parsed.sound, "problems": [asdict(one) for one in parsed.problems]},
        0 if parsed.sound else 1,
    )


def show_check(value: dict[str, Any]) -> None:
    for one in value["problems"]:
        print(f"{value['file']}{':' + str(one['line']) if one['line'] else ''}：{'' if one['fatal'] else '提醒：'}{one['message']}")
    if value["sound"]:
        print(f"{value['file']} 可以发布")


def simulate(arguments: argparse.Namespace) -> dict[str, Any]:
    """The matrix, the movers and the work; nothing is written."""
    from guike.engine import selectors

    default_policies()
    against = text_of(arguments.against) if arguments.against else None
    found = selectors.simulate(
        acting(arguments), text_of(arguments.file), as_of=day(arguments.as_of), against=against, limit=arguments.limit
    )
    people = [{"person": one.name, "before": one.before, "after": one.after, "cap": one.cap} for one in found.workload.people]
    return numbers(
        {
            "policy": found.policy,
            "kind": found.kind,
            "title": found.title,
            "as_of": found.as_of,
            "compared_with": found.compared_with,
            "subjects": found.subjects,
            "matrix": found.matrix,
            "labels": found.labels,
            "movers": found.movers_count,
            "up": found.up,
            "down": found.down,
            "moved": [{key: getattr(one, key) for key in MOVER} for one in found.movers],
            "workload": {"before": found.workload.before, "after": found.workload.after, "people": people},
            "over_caps": [{"group": list(one.labels), "label": one.label, "count": one.count, "cap": one.cap} for one in found.over_caps],
        }
    )


MOVER = ("number", "name", "before", "after", "before_score", "after_score", "reasons")


def show_simulation(value: dict[str, Any]) -> None:
    if value["kind"] == "authority":
        show_signing(value)
        return
    label = {"": "未定", **value["labels"]}
    print(f"《{value['title']}》按 {value['as_of']} 的数据试算 {value['subjects']} 家，与{value['compared_with']}比；没有改动任何记录")
    for before, row in value["matrix"].items():
        print(f"  {label.get(before, before)} → " + "，".join(f"{label.get(after, after)} {count}" for after, count in row.items()))
    print(f"变动 {value['movers']} 家：升 {value['up']}，降 {value['down']}")
    print(f"每周联系 {value['workload']['before']} 次 → {value['workload']['after']} 次")
    for one in value["moved"]:
        print(f"  {one['number']} {one['name']}：{label.get(one['before'])} → {label.get(one['after'])}；{'；'.join(one['reasons'])}")


def show_signing(value: dict[str, Any]) -> None:
    print(f"《{value['title']}》按最近一季 {value['subjects']} 件试算，与{value['compared_with']}比；没有改动任何记录")
    print(f"换路径 {value['movers']} 件；签批 {value['workload']['before']} 次 → {value['workload']['after']} 次")
    for one in value["workload"]["people"]:
        print(f"  {one['person']}：{one['before']} → {one['after']}")


def publish(arguments: argparse.Namespace) -> dict[str, Any]:
    """Draft and publish a file; nothing is kept when it is refused."""
    from guike.engine import services
    from guike.platform.errors import Refused

    default_policies()
    effective = day(arguments.effective)
    if effective is None:
        raise Refused("缺少生效日期 --effective")
    version = services.publish_text(text_of(arguments.file), effective=effective, actor=acting(arguments))
    return {"code": version.policy.code, "title": version.policy.title, "version": version.number, "effective": version.effective_from}


def list_packs(arguments: argparse.Namespace) -> dict[str, Any]:
    """What can be installed, and how much of it is."""
    from guike.engine import selectors
    from guike.engine.services.packs import packs
    from guike.platform.access import SYSTEM

    used = [one.policy.pack for one in selectors.policies(SYSTEM)]
    return {
        "packs": [
            {"code": one.code, "title": one.title, "policies": len(one.texts), "installed": used.count(one.code)}
            for one in packs().values()
        ]
    }


def show_packs(value: dict[str, Any]) -> None:
    for one in value["packs"]:
        print(f"{one['code']:<16} {one['title']}：{one['policies']} 份制度，已启用 {one['installed']} 份")


def install(arguments: argparse.Namespace) -> dict[str, Any]:
    """Publish a pack's policies."""
    from guike.engine import services

    installed = services.install_pack(arguments.pack, actor=acting(arguments))
    return {"pack": arguments.pack, "installed": [version.policy.code for version in installed]}


def evaluate(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run policies now; what cannot run is told beside its code."""
    from guike.engine import services
    from guike.platform import clock

    default_policies()
    found = services.evaluate(arguments.policy, as_of=day(arguments.as_of), actor=acting(arguments))
    return {
        "as_of": day(arguments.as_of) or clock.today(),
        "policies": [
            {
                "code": one.code,
                "title": one.title,
                "version": one.version,
                "subjects": one.subjects,
                "changed": one.changed,
                "outcomes": one.outcomes,
                "seconds": float(one.seconds),
                "kept": one.kept,
                "problem": one.problem or None,
            }
            for one in found
        ],
    }


def show_evaluated(value: dict[str, Any]) -> None:
    print(f"判定日 {value['as_of']}")
    for one in value["policies"]:
        if one["problem"]:
            print(f"  {one['title']}：{one['problem']}")
            continue
        outcomes = "，".join(f"{outcome or '未定'} {count}" for outcome, count in one["outcomes"].items())
        kept = "" if one["kept"] else "；已有更晚的判定，只报告，不写入"
        print(
            f"  {one['title']}（第 {one['version']} 版）：{one['subjects']} 家，变动 {one['changed']} 家；{outcomes}；{one['seconds']} 秒{kept}"
        )
