"""`guike import` and `guike export`: the same kinds, columns and rights as on the pages (09-command-line)."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guike.wiring.cli.reply import ProgressBar, Reply, acting, add_acting

USAGE = [
    (
        "import KIND FILE [--sheet S] [--mapping FILE] [--dry-run] [--on-error reject-file|skip-rows] [--as LOGIN] [--json]",
        "导入 Excel 或 CSV；默认有一行不对就整份不导入",
    ),
    ("import --list", "能导入的类别、各列和认得的表头"),
    ("export KIND FILE [--filter EXPR] [--as LOGIN]", "导出为 .xlsx 或 .csv，列和导入相同"),
]


def register(subparsers: Any) -> None:
    importing = subparsers.add_parser("import", help=USAGE[0][1])
    importing.add_argument("kind", metavar="KIND", nargs="?", help="类别，见 import --list")
    importing.add_argument("file", metavar="FILE", nargs="?", type=Path, help="xlsx、xls、xlsb、ods、csv、tsv")
    importing.add_argument("--list", action="store_true", dest="listing", help=USAGE[1][1])
    importing.add_argument("--sheet", metavar="S", help="工作表名；不写则选最合适的一张")
    importing.add_argument("--mapping", metavar="FILE", type=Path, help='JSON 或 YAML：{"表头": "列"}，值为空表示不导入')
    importing.add_argument("--dry-run", action="store_true", help="走一遍，不写入")
    importing.add_argument(
        "--on-error", choices=["reject-file", "skip-rows"], default="reject-file", help="有问题时：整份不导入，或只跳过有问题的行"
    )
    add_acting(importing)
    importing.set_defaults(run=run_import, show=show_import)
    exporting = subparsers.add_parser("export", help=USAGE[2][1])
    exporting.add_argument("kind", metavar="KIND", help="类别，见 import --list")
    exporting.add_argument("file", metavar="FILE", type=Path, help="以 .xlsx 或 .csv 结尾")
    exporting.add_argument("--filter", metavar="EXPR", default="", help="如 '等级 = A and 城市 in (温州, 台州)'")
    add_acting(exporting)
    exporting.set_defaults(run=run_export, show=show_export)


def run_import(arguments: argparse.Namespace) -> Reply:
    """Import a file and report; exit code 1 when a refused file left nothing behind."""
    from guike.launcher.messages import Stop
    from guike.platform.imports import services

    if arguments.listing:
        return Reply(listing())
    if not arguments.kind or not arguments.file:
        raise Stop("写成：guike import KIND FILE，类别见 guike import --list", status=2)
    if not arguments.file.is_file():
        raise Stop(f"没有文件 {arguments.file}")
    words = read_mapping(arguments.mapping) if arguments.mapping else None
    run, result = services.import_file(
        arguments.kind,
        arguments.file,
        actor=acting(arguments),
        sheet=arguments.sheet,
        words=words,
        on_error=arguments.on_error,
        dry_run=arguments.dry_run,
        progress=ProgressBar(f"导入 {arguments.file.name}"),
    )
    if run.rejected_file and not arguments.dry_run:
        _hand_out_rejected(run, arguments.file)
    refused = arguments.on_error == "reject-file" and result.problem_count > 0
    return Reply(report(run.kind, result), status=int(refused))


def read_mapping(path: Path) -> Mapping[str, str | None]:
    """A mapping file as header → column."""
    import yaml

    from guike.launcher.messages import Stop

    if not path.is_file():
        raise Stop(f"没有文件 {path}")
    try:
        words = yaml.safe_load(path.read_text("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Stop(f"{path} 不是 JSON 或 YAML：{error}") from None
    if not isinstance(words, dict) or not all(
        isinstance(key, str) and (value is None or isinstance(value, str)) for key, value in words.items()
    ):
        raise Stop(f'{path} 的写法不对，应是 {{"表头": "列"}}')
    return words


def _hand_out_rejected(run: Any, file: Path) -> None:
    """Say where the workbook with the rejected rows lies."""
    import sys

    from guike.platform.imports.selectors import rejected_path

    print(f"退回的行和原因：{rejected_path(run)}", file=sys.stderr)


def report(kind: str, result: Any) -> dict[str, Any]:
    """The JSON object of `import`; the notes of the report stand among the totals."""
    from guike.platform.imports.rows import Outcome

    totals: dict[str, Any] = dict(result.totals)
    if result.notes:
        totals["notes"] = result.notes
    return {
        "kind": kind,
        "rows": result.rows,
        **{outcome.value: result.counts[outcome] for outcome in Outcome},
        "errors": [{"row": each.row, "column": each.column, "value": each.value, "message": each.message} for each in result.problems],
        "totals": totals,
        "seconds": result.seconds,
    }


def show_import(value: dict[str, Any]) -> None:
    """The report for people."""
    if "kinds" in value:
        _show_listing(value)
        return
    words = (("created", "新建"), ("updated", "更新"), ("unchanged", "无变化"), ("skipped", "跳过"), ("rejected", "退回"))
    counts = "，".join(f"{word} {value[name]:,}" for name, word in words if value[name])
    print(f"{value['rows']:,} 行：{counts or '没有记录'}（{value['seconds']} 秒）")
    for name, amount in value["totals"].items():
        if name == "notes":
            print("\n".join(f"· {note}" for note in amount))
        else:
            print(f"  {name}：{amount:,}" if isinstance(amount, int) else f"  {name}：{amount}")
    for error in value["errors"][:20]:
        print(f"第 {error['row']} 行 {error['column']}「{error['value']}」：{error['message']}")
    if len(value["errors"]) > 20:
        print(f"… 还有 {len(value['errors']) - 20} 个问题")


def listing() -> dict[str, Any]:
    """Every kind with its columns and the headers it knows."""
    from guike.platform.imports.kinds import kinds

    return {
        "kinds": [
            {
                "code": kind.code,
                "label": str(kind.label),
                "key": list(kind.key),
                "columns": [
                    {
                        "code": c.code,
                        "label": str(c.label),
                        "required": c.required,
                        "content": str(c.parser.word),
                        "synonyms": list(c.synonyms),
                    }
                    for c in kind.all_columns()
                ],
            }
            for kind in kinds().values()
        ]
    }


def _show_listing(value: dict[str, Any]) -> None:
    for kind in value["kinds"]:
        print(f"{kind['code']}  {kind['label']}")
        for column in kind["columns"]:
            mark = "*" if column["required"] else " "
            also = f"（也认：{'、'.join(column['synonyms'])}）" if column["synonyms"] else ""
            print(f"  {mark} {column['code']:<24}{column['label']}{also}")


def run_export(arguments: argparse.Namespace) -> Reply:
    """Export to a file; nothing is left there when it is refused."""
    from guike.platform.exports import services

    record = services.export_file(arguments.kind, arguments.file, actor=acting(arguments), expression=arguments.filter)
    return Reply({"kind": record.kind, "file": str(arguments.file), "rows": record.rows})


def show_export(value: dict[str, Any]) -> None:
    print(f"导出 {value['rows']:,} 行到 {value['file']}")
