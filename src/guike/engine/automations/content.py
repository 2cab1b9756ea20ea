"""An automation's content checked and said in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.automations import registry, rules
from guike.organisation import selectors as organisation
from guike.platform import access, conditions
from guike.platform.access import Reach, Viewer
from guike.platform.errors import Refused


def cleaned(trigger_code: str, content: Mapping[str, Any], *, actor: Viewer) -> dict[str, Any]:
    """The content as it is kept. Raises Refused naming the first thing that is wrong or that the actor may not let the system do."""
    trigger = registry.trigger(trigger_code)
    if trigger is None:
        raise Refused(_("选一个「当」"), field="trigger")
    subject = registry.subject(trigger.subject)
    where = content.get("where") or {}
    if found := conditions.problems(where, subject.fields()):
        raise Refused(_("条件有误：%(problem)s") % {"problem": found[0]}, field="where")
    pause = _whole(content.get("pause", trigger.pause), _("同一对象再次执行至少隔几天"), 0, 3650)
    return {
        "params": _params(trigger.asks, content.get("params") or {}),
        "where": where,
        "pause": pause,
        "actions": _actions(content.get("actions") or [], trigger.subject, actor),
    }


def _actions(listed: Sequence[Mapping[str, Any]], kind: str, actor: Viewer) -> list[dict[str, Any]]:
    if not listed:
        raise Refused(_("至少加一个「就」"), field="actions")
    if len(listed) > rules.MOST_ACTIONS:
        raise Refused(_("最多 %(n)d 个动作") % {"n": rules.MOST_ACTIONS}, field="actions")
    found = []
    for one in listed:
        action = registry.actions(kind).get(str(one.get("code")))
        if action is None:
            raise Refused(_("没有「%(code)s」这个动作") % {"code": one.get("code")}, field="actions")
        if action.needs and not actor.is_system and access.reach(actor, *action.needs) < Reach.ALL:
            raise Refused(_("「%(action)s」要对全部数据有这项权限的人来设") % {"action": action.label}, field="actions")
        found.append({"code": action.code, "params": _params(action.asks, one.get("params") or {})})
    return found


def _params(asks: Sequence[registry.Param], given: Mapping[str, Any]) -> dict[str, Any]:
    return {ask.code: _value(ask, given.get(ask.code, "")) for ask in asks}


def _value(ask: registry.Param, value: Any) -> Any:
    """One filled-in thing as it is kept; Refused where it is missing or not among the choices."""
    if value in (None, ""):
        if ask.required and ask.kind != "person":
            raise Refused(_("「%(label)s」要填") % {"label": ask.label}, field="actions")
        return ""
    if ask.kind == "number":
        return _whole(value, ask.label, ask.least, ask.most)
    if ask.kind == "choice" and str(value) not in {str(code) for code, _label in ask.choices()}:
        raise Refused(_("「%(label)s」没有「%(value)s」这一项") % {"label": ask.label, "value": value}, field="actions")
    if ask.kind == "person":
        if not str(value).isdigit() or not organisation.works_here(int(value)):
            raise Refused(_("没有这个人，或已离职"), field="actions")
        return int(value)
    return str(value).strip()[:160]


def _whole(value: Any, label: str, least: int, most: int) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise Refused(_("「%(label)s」要填 %(least)d 到 %(most)d 的整数") % {"label": label, "least": least, "most": most}, field="actions")
    return number


def when_words(trigger_code: str, content: Mapping[str, Any]) -> str:
    """当……"""
    trigger = registry.trigger(trigger_code)
    if trigger is None:
        return _("（这个「当」已不在程序里）")
    params = content.get("params") or {}
    return trigger.describe(params) if trigger.describe else str(trigger.label)


def if_words(trigger_code: str, content: Mapping[str, Any]) -> str:
    """如果……; "" where nothing is asked."""
    trigger = registry.trigger(trigger_code)
    fields = registry.subject(trigger.subject).fields() if trigger else None
    where = content.get("where") or {}
    if fields is None or not where:
        return ""
    if found := conditions.problems(where, fields):
        return _("条件有误：%(problem)s") % {"problem": found[0]}
    return conditions.describe(_named(where, registry.subject(trigger.subject).pickers or {}), fields)  # type: ignore[union-attr]


def _named(tree: Any, pickers: Mapping[str, str]) -> Any:
    """The tree with people's names in place of their ids, to be read."""
    if "field" not in tree:
        return {joint: [_named(one, pickers) for one in branch] if isinstance(branch, list) else _named(branch, pickers) for joint, branch in tree.items()}
    if pickers.get(tree["field"]) != "person" or "value" not in tree:
        return tree
    ids = tree["value"] if isinstance(tree["value"], list) else [tree["value"]]
    names = organisation.person_names(int(pk) for pk in ids if str(pk).isdigit())
    named = [names.get(int(pk), str(pk)) if str(pk).isdigit() else str(pk) for pk in ids]
    return {**tree, "value": named if isinstance(tree["value"], list) else named[0]}


def then_words(content: Mapping[str, Any]) -> list[str]:
    """就……, one sentence an action."""
    found = []
    for one in content.get("actions") or []:
        action = registry.action(one["code"])
        found.append(action.describe(one["params"]) if action else _("（动作「%(code)s」已不在程序里）") % {"code": one["code"]})
    return found
