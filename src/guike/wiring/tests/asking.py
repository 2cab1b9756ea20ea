"""Calls thought up from the API's description: as it says, and each with one thing wrong. The same seed thinks up the same calls."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

METHODS = ("get", "post", "put", "patch", "delete")
TEXTS = ("温州瓯泰阀门有限公司", "a", "0", "' OR 1=1--", "<b>x</b>", "𠮷野家\u0014", "  ", "%00", "A" * 60, "13800138000", "2026-11-20", "customer-grade", "{}")
ODD: tuple[Any, ...] = (None, True, -1, 10**30, 1.5, "", "\x00", "\ud800", [], {}, [[]], {"x": 1}, "字" * 6000, "nan")
MOST_NESTED = 4


@dataclass(frozen=True)
class Operation:
    """A method at an address, with its own part of the description."""

    method: str
    address: str
    told: Mapping[str, Any]

    @property
    def parameters(self) -> list[Mapping[str, Any]]:
        return list(self.told.get("parameters", ()))

    def content(self) -> tuple[str, Mapping[str, Any]] | None:
        """The kind of body and its schema."""
        return next(((kind, one["schema"]) for kind, one in self.told.get("requestBody", {}).get("content", {}).items()), None)


@dataclass(frozen=True)
class Call:
    """What is sent; `wrong` says what was made wrong on purpose, "" for nothing. `body` None: none."""

    operation: Operation
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    wrong: str = ""

    def __str__(self) -> str:
        return f"{self.operation.method.upper()} {self.path} {self.headers} {(self.body or b'')[:400]!r} wrong: {self.wrong or 'nothing'}"


def operations(description: Mapping[str, Any]) -> list[Operation]:
    return [
        Operation(method, address, told)
        for address, methods in description["paths"].items()
        for method, told in methods.items()
        if method in METHODS
    ]


class Thinker:
    """`ids`: numbers that mean a row; `words`: texts that mean something to this company."""

    def __init__(self, description: Mapping[str, Any], chance: Random, ids: list[int], words: list[str]):
        self.parts, self.chance, self.ids, self.words = description["components"]["schemas"], chance, ids, [*words, *TEXTS]

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            schema = self.parts[schema["$ref"].rsplit("/", 1)[1]]
        return schema

    # --- a value as described ---------------------------------------------------------------------------------------------

    def value(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        schema = self.resolved(schema)
        if "anyOf" in schema:
            return self.value(self.chance.choice(schema["anyOf"]), depth)
        if "enum" in schema:
            return self.chance.choice(schema["enum"])
        if "const" in schema:
            return schema["const"]
        kind = schema.get("type", "string")
        return getattr(self, f"_{kind}")(schema, depth)

    def _null(self, schema: Mapping[str, Any], depth: int) -> None:
        return None

    def _boolean(self, schema: Mapping[str, Any], depth: int) -> bool:
        return self.chance.random() < 0.5

    def _integer(self, schema: Mapping[str, Any], depth: int) -> int:
        least, most = schema.get("minimum", -(2**31)), schema.get("maximum", 2**31)
        near = [number for number in (*self.ids, 0, 1, 2, least, most) if least <= number <= most]
        return self.chance.choice(near or [least])

    def _number(self, schema: Mapping[str, Any], depth: int) -> float:
        low, high = schema.get("minimum", schema.get("exclusiveMinimum", -1e6)), schema.get("maximum", 1e6)
        return round(self.chance.uniform(low, high), self.chance.choice((0, 2, 6)))

    def _string(self, schema: Mapping[str, Any], depth: int) -> str:
        if schema.get("format") == "date":
            return self.chance.choice(("2026-11-20", "2024-02-29", "0001-01-01", "9999-12-31"))
        if schema.get("format") == "date-time":
            return self.chance.choice(("2026-11-20T09:30:00+08:00", "2026-11-20T09:30:00Z", "0001-01-01T00:00:00Z"))
        if "pattern" in schema:
            return self.chance.choice(("1", "12.5", "KH-1", "0"))
        text = self.chance.choice(self.words)
        return text[: schema.get("maxLength", 200)] or "x"

    def _array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        count = least if depth >= MOST_NESTED else self.chance.randint(least, min(schema.get("maxItems", 3), least + 2))
        return [self.value(schema.get("items", {}), depth + 1) for _ in range(count)]

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        needed, made = set(schema.get("required", ())), {}
        share = self.chance.choice((0.0, 0.2, 0.6, 1.0))
        for name, one in schema.get("properties", {}).items():
            if name in needed or self.chance.random() < share:
                made[name] = self.value(one, depth + 1)
        if isinstance(schema.get("additionalProperties"), Mapping) and self.chance.random() < share:
            made[self.chance.choice(("lines_1", "x"))] = self.value(schema["additionalProperties"], depth + 1)
        return made

    # --- calls ------------------------------------------------------------------------------------------------------------

    def calls(self, operation: Operation) -> Iterator[Call]:
        """As described and wrong by turns, for ever."""
        while True:
            yield self._call(operation, "")
            yield self._call(operation, self.chance.choice(self._faults(operation)))

    def _faults(self, operation: Operation) -> list[str]:
        faults = ["unknown parameter"]
        if any(one["in"] == "query" for one in operation.parameters):
            faults += ["odd parameter", "parameter twice"]
        if operation.content():
            faults += ["odd value", "unknown name", "left out", "no JSON", "other media type", "odd body"]
        return faults

    def _call(self, operation: Operation, fault: str) -> Call:
        path, headers, query = operation.address, {}, []
        for one in operation.parameters:
            if not one.get("required") and self.chance.random() < 0.6:
                continue
            value = self.value(one["schema"])
            if one["in"] == "path":
                path = path.replace(f"{{{one['name']}}}", quote(str(self.chance.choice(self.ids) if isinstance(value, int) else value), safe=""))
            elif one["in"] == "query" and value is not None:
                query.append((one["name"], _written(value)))
            elif one["in"] == "header" and value is not None:
                headers[one["name"]] = str(value).encode("ascii", "ignore").decode().replace("\x14", "")
        query = self._spoilt_query(operation, query, fault)
        kind, body, done = self._body(operation, fault)
        if kind:
            headers["Content-Type"] = kind
        asked = f"?{urlencode(query, errors='replace')}" if query else ""
        wrong = fault if fault not in ("odd value", "left out", "odd body", "odd parameter") else f"? {fault}"
        return Call(operation, path + asked, headers, body, wrong if done else "")

    def _spoilt_query(self, operation: Operation, query: list[tuple[str, str]], fault: str) -> list[tuple[str, str]]:
        names = [one["name"] for one in operation.parameters if one["in"] == "query"]
        if fault == "unknown parameter":
            return [*query, (self.chance.choice(["filter", "page", *(f"{name}s_" for name in names)]), "1")]
        if fault == "odd parameter":
            name = self.chance.choice(names)
            return [*(one for one in query if one[0] != name), (name, _written(self.chance.choice(ODD)))]
        if fault == "parameter twice":
            name = self.chance.choice(names)
            return [*(one for one in query if one[0] != name), (name, "1"), (name, "2")]
        return query

    def _body(self, operation: Operation, fault: str) -> tuple[str, bytes | None, bool]:
        """Media type, bytes, and whether the fault could be made."""
        asked = operation.content()
        if asked is None:
            return "", None, True
        kind, schema = asked
        if kind != "application/json":
            return "multipart/form-data; boundary=x", self._multipart(schema, fault), True
        if fault == "no JSON":
            return kind, self.chance.choice((b"", b"{", b'{"a": NaN}', b"\xff\xfe", b"[" * 3000)), True
        value, done = self.value(schema), True
        if fault == "odd body":
            value = self.chance.choice(ODD)
        elif isinstance(value, dict):
            done = self._spoil(value, self.resolved(schema), fault)
        sent = "text/plain" if fault == "other media type" else kind
        return sent, json.dumps(value, ensure_ascii=True).encode(), done

    def _spoil(self, value: dict[str, Any], schema: Mapping[str, Any], fault: str) -> bool:
        if fault == "unknown name":
            value[self.chance.choice(("is_superuser", "id", "pk", "Name"))] = 1
        elif fault == "odd value" and schema.get("properties"):
            value[self.chance.choice(sorted(schema["properties"]))] = self.chance.choice(ODD)
        elif fault == "left out":
            needed = sorted(set(schema.get("required", ())) & set(value))
            if not needed:
                return False
            del value[self.chance.choice(needed)]
        return True

    def _multipart(self, schema: Mapping[str, Any], fault: str) -> bytes:
        parts = []
        for name, one in self.resolved(schema).get("properties", {}).items():
            file = '; filename="a.csv"' if name == "file" else ""
            value = "编号,姓名\n1,张三\n" if name == "file" else str(self.chance.choice(["people", self.value(one)]))
            parts.append(f'--x\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{value}\r\n')
        if fault in ("no JSON", "left out"):
            parts = parts[1:]
        return ("".join(parts) + "--x--\r\n").encode()


def _written(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict | list | bool) else str(value).replace("\ud800", "?")
