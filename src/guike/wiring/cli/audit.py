"""`guike audit verify|seal`: has anybody altered the record of who did what? (PLT-02)"""

import argparse
from typing import Any

from guike.wiring.cli.reply import ProgressBar, Reply

USAGE = [
    ("audit verify", "核对全部审计记录：哪张表哪一行哪一天被改过、删过、插过"),
    ("audit seal", "立即封签，并给出最后一号封签值（抄在机器以外的地方）"),
]


def register(subparsers: Any) -> None:
    parser = subparsers.add_parser("audit", help="审计记录")
    commands = parser.add_subparsers(dest="audit_command", required=True)
    verify = commands.add_parser("verify", help=USAGE[0][1])
    verify.set_defaults(run=run_verify, show=show_verified)
    seal = commands.add_parser("seal", help=USAGE[1][1])
    seal.set_defaults(run=run_seal, show=show_sealed)


def run_verify(arguments: argparse.Namespace) -> Reply:
    """Compare every row with its seal; exit code 1 when something differs."""
    from guike.oversight import services

    found = services.verify(ProgressBar("核对")).as_dict()
    return Reply(found, status=int(found["found"] > 0))


def show_verified(value: dict[str, Any]) -> None:
    for one in value["findings"]:
        print(f"{one['day']}  {one['words']}（{one['table']}）")
    print(f"{value['seals']} 号封签，{value['rows']} 行，依法删改 {value['lawful']} 行，还没封签 {value['unsealed']} 行")
    print(f"{value['found']} 处不符" if value["found"] else "没有改动")


def run_seal(arguments: argparse.Namespace) -> dict[str, Any]:
    """Seal what is complete; the last seal's value is what to write down elsewhere."""
    from guike.oversight import services

    rows = services.seal()
    return {"rows": rows, **services.last_seal(), "copy": str(services.outside())}


def show_sealed(value: dict[str, Any]) -> None:
    print(f"封签 {value['rows']} 行")
    print(f"第 {value['number']} 号  {value['hash']}")
    print(f"库外副本  {value['copy']}")
