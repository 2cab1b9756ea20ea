"""What several commands are given: a day, a policy file, an instance that has policies."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any


def day(text: str | None) -> date | None:
    """A date as typed; refuses anything else with an example."""
    from guike.platform.errors import Refused

    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"日期写成 2017-12-31 这样，现在是「{text}」") from None


def text_of(name: str) -> str:
    """The text of a file, UTF-8 or GBK; refuses what cannot be read."""
    from guike.platform.errors import Refused

    path = Path(name)
    if not path.is_file():
        raise Refused(f"没有文件 {name}")
    if path.stat().st_size > 1_000_000:
        raise Refused(f"{name} 超过 1 MB，不像一份制度")
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(f"{name} 不是 UTF-8 或 GBK 的文本")


def default_policies() -> None:
    """A fresh instance starts with the default packs (POL-07)."""
    from guike.engine import services
    from guike.platform.access import SYSTEM

    services.ensure_default_packs(actor=SYSTEM)


def numbers(value: Any) -> Any:
    """The same tree with decimals as JSON numbers: 92.50 → 92.5, 6000.00 → 6000."""
    if isinstance(value, dict):
        return {key: numbers(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [numbers(one) for one in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
