"""Policies as YAML: read safely and with the line of every part, written in the order people expect."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import yaml
from django.utils.translation import gettext as _

from guike.engine.policies.problems import Problem

SIZE = 200_000
NODES = 20_000
DEPTH = 20


@dataclass(frozen=True)
class Document:
    """A read text: its tree and the line on which each path begins; or the one problem that kept it from being read."""

    content: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    problem: Problem | None = None

    def line(self, path: str) -> int | None:
        """The line of a path, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path)


class Loader(yaml.SafeLoader):
    """Safe, without aliases (no 「billion laughs」) and with a refusal of keys that stand twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.MarkedYAMLError(problem=_("不能用 * 引用"), problem_mark=self.peek_event().start_mark)
        return super().compose_node(parent, index)


def read(text: str) -> Document:
    """The tree of a YAML text. Never raises: what cannot be read comes back as a problem with its line."""
    if len(text) > SIZE:
        return _unreadable(_("文件超过 %(n)s 个字符，不像一份制度") % {"n": f"{SIZE:,}"})
    try:
        content, lines = _read(text)
    except NoMapping:
        return _unreadable(_("第一层应是「键: 值」，如 code: customer-grade"), 1)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return _unreadable(_("YAML 写法不对：%(problem)s") % {"problem": error.problem}, mark.line + 1 if mark else None)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return _unreadable(_("YAML 写法不对：%(problem)s") % {"problem": error})
    return Document(deepcopy(content), lines)


class NoMapping(yaml.YAMLError):
    """A text whose outermost part is a list or a word."""


@lru_cache(maxsize=50)
def _read(text: str) -> tuple[dict[str, Any], dict[str, int]]:
    """Kept, for a text is checked, saved and published in a row, and reading it takes longer than all the rest."""
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise NoMapping
        lines = dict(_lines(node, "", 0))
        return _plain(loader.construct_document(node)), lines
    finally:
        loader.dispose()


def _unreadable(message: str, line: int | None = None) -> Document:
    return Document({}, {}, Problem("", message, line))


def _lines(node: yaml.Node, path: str, depth: int) -> Iterator[tuple[str, int]]:
    """Every path with its line; refuses what is too deep or stands twice."""
    if depth > DEPTH:
        raise yaml.MarkedYAMLError(problem=_("嵌套太深"), problem_mark=node.start_mark)
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _lines(child, f"{path}.{index}".strip("."), depth + 1)
    if isinstance(node, yaml.MappingNode):
        yield from _mapping_lines(node, path, depth)


def _mapping_lines(node: yaml.MappingNode, path: str, depth: int) -> Iterator[tuple[str, int]]:
    seen = set()
    for key, child in node.value:
        if key.value in seen:
            raise yaml.MarkedYAMLError(problem=_("「%(key)s」写了两次") % {"key": key.value}, problem_mark=key.start_mark)
        seen.add(key.value)
        below = f"{path}.{key.value}".strip(".")
        for inner, line in _lines(child, below, depth + 1):
            yield inner, key.start_mark.line + 1 if inner == below else line


def _plain(value: Any) -> Any:
    """Only what JSON knows: dates become text, keys become text."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


class Writer(yaml.SafeDumper):
    """Blocks for long texts, short maps on one line."""


def _text(writer: yaml.SafeDumper, value: str) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


def _map(writer: yaml.SafeDumper, value: dict) -> yaml.Node:
    flat = len(value) <= 4 and all(not isinstance(inner, dict | list) and len(str(inner)) < 24 for inner in value.values())
    return writer.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=flat)


Writer.add_representer(str, _text)
Writer.add_representer(dict, _map)


def write(content: dict[str, Any]) -> str:
    """The YAML of a tree that was edited as a form; reading it gives the same tree."""
    return yaml.dump(content, Dumper=Writer, allow_unicode=True, sort_keys=False, width=140)
