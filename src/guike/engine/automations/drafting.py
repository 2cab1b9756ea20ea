"""The form of an automation as it is being filled in: read from what was posted, drawn again after every step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from guike.engine.automations import registry, rules
from guike.organisation import selectors as organisation
from guike.platform.conditions import FieldSet
from guike.platform.ui.lists import Quick, builder

FIRST = "customer.late"


@dataclass
class Draft:
    """What stands in the form. Texts as typed; the conditions as the builder's groups."""

    name: str = ""
    trigger: str = FIRST
    params: dict[str, str] = field(default_factory=dict)
    pause: str = ""
    groups: list[builder.Group] = field(default_factory=lambda: [builder.Group(rows=[builder.Row()])])
    actions: list[dict[str, Any]] = field(default_factory=lambda: [{"code": "", "params": {}}])

    @property
    def when(self) -> registry.Trigger:
        return registry.trigger(self.trigger) or next(iter(registry.triggers().values()))

    @property
    def usable_fields(self) -> FieldSet:
        """What the builder may ask about this draft's subject."""
        return registry.subject(self.when.subject).fields()

    @property
    def usable_quick(self) -> list[Quick]:
        return [Quick(code, picker=picker) for code, picker in (registry.subject(self.when.subject).pickers or {}).items()]

    @property
    def content(self) -> dict[str, Any]:
        return {
            "params": self.params,
            "where": builder.tree_of(self.groups, self.usable_fields),
            "pause": self.pause or self.when.pause,
            "actions": [one for one in self.actions if one["code"]],
        }


def of(automation: Any) -> Draft:
    """The form of a kept automation."""
    content = automation.content
    groups = builder.draft_of(content["where"])
    return Draft(
        automation.name,
        automation.trigger,
        {code: str(value) for code, value in content["params"].items()},
        str(content["pause"]),
        groups or [builder.Group(rows=[builder.Row()])],
        [{"code": one["code"], "params": {code: str(value) for code, value in one["params"].items()}} for one in content["actions"]],
    )


def read(posted: QueryDict) -> Draft:
    """The form as it was sent, with what its button asks carried out (`step`)."""
    draft = Draft(str(posted.get("name", ""))[:60], str(posted.get("trigger", FIRST)), _under(posted, "t."), str(posted.get("pause", "")))
    draft.groups = builder.read(posted)
    draft.actions = [
        {"code": str(posted[f"a{n}.code"]), "params": _under(posted, f"a{n}.p.")} for n in range(rules.MOST_ACTIONS) if f"a{n}.code" in posted
    ] or [{"code": "", "params": {}}]
    step = str(posted.get("step", "save"))
    name, _dot, place = step.partition(".")
    if name == "action" and len(draft.actions) < rules.MOST_ACTIONS:
        draft.actions.append({"code": "", "params": {}})
    elif name == "away" and place.isdigit() and int(place) < len(draft.actions):
        del draft.actions[int(place)]
    else:
        builder.changed(draft.groups, step)
    return draft


def _under(posted: QueryDict, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): str(posted[name]) for name in posted if name.startswith(prefix)}


def drawn(draft: Draft) -> dict[str, Any]:
    """What the template draws."""
    kind = draft.when.subject
    choices = [(code, one.label) for code, one in registry.actions(kind).items()]
    return {
        "draft": draft,
        "triggers": [(code, one.label) for code, one in registry.triggers().items()],
        "asks": [_control("t.", ask, draft.params) for ask in draft.when.asks],
        "pause": draft.pause if draft.pause != "" else draft.when.pause,
        "groups": builder.drawn(draft, draft.groups),
        "fields": list(draft.usable_fields),
        "room": len(draft.groups) < builder.MOST_GROUPS,
        "actions": [_action(n, one, choices) for n, one in enumerate(draft.actions)],
        "more": len(draft.actions) < rules.MOST_ACTIONS,
    }


def _action(number: int, one: Mapping[str, Any], choices: list[tuple[str, Any]]) -> dict[str, Any]:
    action = registry.action(one["code"])
    asks = [_control(f"a{number}.p.", ask, one["params"]) for ask in action.asks if _is_asked(ask, one["params"])] if action else []
    return {"number": number, "code": one["code"], "choices": choices, "asks": asks}


def _is_asked(ask: registry.Param, params: Mapping[str, str]) -> bool:
    """A person is asked for only where one is meant."""
    return ask.kind != "person" or "who" not in params or params["who"] == "person"


def _control(prefix: str, ask: registry.Param, params: Mapping[str, str]) -> dict[str, Any]:
    value = params.get(ask.code, "")
    value = str(ask.default) if value == "" and ask.code not in params else value
    options = [(str(code), label) for code, label in ask.choices()] if ask.kind == "choice" else []
    names = organisation.person_names([int(value)]) if ask.kind == "person" and value.isdigit() else {}
    return {"name": prefix + ask.code, "ask": ask, "value": value, "options": options, "chosen": list(names.items())}
