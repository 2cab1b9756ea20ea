"""`python -m django messages`: bring the catalogues up to date, say what is missing, compile."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from guike.platform.ui import i18n


class Command(BaseCommand):
    help = "更新界面文字的繁体和英文目录"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="只检查是否完整，缺了就报错")
        parser.add_argument("--compile", action="store_true", help="只编译")
        parser.add_argument("--convert", action="store_true", help="用 OpenCC 补齐繁体（开发时用）")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            found = i18n.problems()
            if found:
                raise CommandError("\n".join([*found[:40], f"共 {len(found)} 处"]))
        elif not options["compile"]:
            for language, missing in i18n.update().items():
                self.stdout.write(f"{language}：{missing} 条没有译文")
        if options["convert"]:
            self.stdout.write(f"zh_Hant：补齐 {i18n.fill('zh_Hant', _converter())} 条")
        i18n.compile_stale()


def _converter() -> Any:
    try:
        from opencc import OpenCC
    except ImportError:
        raise CommandError("没有安装 opencc-python-reimplemented，见 requirements/dev.in") from None
    return OpenCC("s2twp").convert
