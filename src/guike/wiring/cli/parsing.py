"""argparse with the options that every command has, and its complaints in Chinese."""

import argparse
from typing import Any, NoReturn


class Parser(argparse.ArgumentParser):
    """Every parser, nested ones too, accepts --home and --json wherever they stand on the line."""

    def __init__(self, *args: Any, **options: Any):
        options.setdefault("conflict_handler", "resolve")
        options.setdefault("allow_abbrev", False)
        super().__init__(*args, **options)
        self.add_argument("--home", metavar="DIR", default=argparse.SUPPRESS, help="实例文件夹（默认 ./instance，或环境变量 GUIKE_HOME）")
        self.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="标准输出只有一个 JSON 对象")

    def error(self, message: str) -> NoReturn:
        """Usage and what is wrong, on standard error, exit code 2."""
        self.exit(2, f"{self.format_usage()}{self.prog}：{_in_chinese(message)}\n")


PHRASES = (
    ("the following arguments are required: ", "缺少参数："),
    ("unrecognized arguments: ", "不认识的参数："),
    ("expected one argument", "后面要有一个值"),
    ("expected at least one argument", "后面至少要有一个值"),
    ("invalid choice: ", "不能是 "),
    ("(choose from ", "（可用："),
    ("invalid int value: ", "不是整数："),
    ("argument ", "参数 "),
)


def _in_chinese(message: str) -> str:
    for english, chinese in PHRASES:
        message = message.replace(english, chinese)
    return message
