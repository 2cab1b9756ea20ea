"""The description as people read it: chapters of addresses with parameters, fields and an example (PLT-07). From the schema alone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.platform.api import gate, root

CHAPTERS = {
    "customers": gettext_lazy("客户与联系人"),
    "products": gettext_lazy("产品"),
    "sales": gettext_lazy("订单与退货"),
    "contact": gettext_lazy("跟进"),
    "policies": gettext_lazy("制度、等级与指标"),
    "organisation": gettext_lazy("人员与部门"),
    "platform": gettext_lazy("字典、导入与本账号"),
    "webhooks": gettext_lazy("通知地址"),
}


@dataclass(frozen=True)
class Part:
    """A parameter or a field: name, type as written, whether it must be there, what it means."""

    name: str
    kind: str
    required: bool
    words: str


@dataclass(frozen=True)
class Address:
    method: str
    path: str
    summary: str
    scope: str
    parameters: tuple[Part, ...]
    sent: tuple[Part, ...]
    told: tuple[Part, ...]
    example: str

    @property
    def anchor(self) -> str:
        return f"{self.method.lower()}{self.path.replace('/', '-').replace('{', '').replace('}', '')}"


@dataclass(frozen=True)
class Chapter:
    code: str
    title: str
    addresses: tuple[Address, ...]


def chapters() -> list[Chapter]:
    """All chapters in order; an address belongs to its first tag."""
    schema = root.described()
    found: dict[str, list[Address]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            found.setdefault(operation["tags"][0], []).append(_address(schema, path, method.upper(), operation))
    return [Chapter(code, str(CHAPTERS.get(code, code)), tuple(addresses)) for code, addresses in found.items()]


def refusals() -> list[tuple[str, str]]:
    """Status → meaning."""
    return [(status, _(words)) for status, words in root.REFUSALS.items()]


def _address(schema: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Address:
    parameters = tuple(
        Part(
            one["name"],
            _kind(schema, one["schema"]),
            bool(one.get("required")),
            _told(one.get("description") or one["schema"].get("description")),
        )
        for one in operation.get("parameters", ())
    )
    body: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
    sent_as = next((one.get("schema") for one in body.values()), None)
    good: dict[str, Any] = next((answer for status, answer in operation["responses"].items() if status.startswith("2")), {})
    told_as = next((one.get("schema") for one in good.get("content", {}).values()), None)
    sent = tuple(_parts(schema, sent_as)) if sent_as else ()
    told = tuple(_parts(schema, told_as)) if told_as else ()
    return Address(
        method, path, _(operation["summary"]), operation.get("x-scope", ""), parameters, sent, told, _example(path, method, sent)
    )


def _resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]]
    return part


def _parts(schema: dict[str, Any], part: dict[str, Any]) -> Iterator[Part]:
    whole = _resolved(schema, part)
    if set(whole.get("properties", ())) >= {"data", "next"}:
        whole = _resolved(schema, whole["properties"]["data"]["items"])
    for name, one in whole.get("properties", {}).items():
        yield Part(name, _kind(schema, one), name in whole.get("required", ()), _told(one.get("description")))


def _told(words: str | None) -> str:
    """Descriptions are written in Chinese, as message ids; "" is none."""
    return _(words) if words else ""


def _kind(schema: dict[str, Any], part: dict[str, Any]) -> str:
    if "anyOf" in part:
        kinds = [_kind(schema, one) for one in part["anyOf"] if one.get("type") != "null"]
        return " | ".join(dict.fromkeys(kinds))
    part = _resolved(schema, part)
    if part.get("type") == "array":
        return f"[{_kind(schema, part.get('items', {}))}]"
    return part.get("format") or part.get("type") or "object"


def _example(path: str, method: str, sent: tuple[Part, ...]) -> str:
    address = path.replace("{pk}", "1").replace("{number}", "KH-000001").replace("{code}", "customer-grade")
    lines = [f"curl -X {method}" if method != "GET" else "curl", '-H "Authorization: Bearer $GUIKE_KEY"']
    if method in gate.UNSAFE:
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    needed = {part.name: "…" for part in sent if part.required} or {part.name: "…" for part in sent[:1]}
    if sent:
        lines += ['-H "Content-Type: application/json"', f"-d '{json.dumps(needed, ensure_ascii=False)}'"]
    return " \\\n  ".join([*lines, f'"$GUIKE{address}"'])
