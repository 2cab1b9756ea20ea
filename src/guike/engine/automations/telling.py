"""How what the history keeps of automations reads: the sentences of their own page (PLT-02)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.automations import content, registry
from guike.platform.telling import OfRow, Parts, tell


def _when(row: Any, code: str) -> str:
    found = registry.trigger(code)
    return str(found.label) if found else code


def _parts(row: Any, kept: Mapping[str, Any]) -> dict[str, str]:
    return {
        _("时机"): content.when_words(row.trigger, kept),
        _("如果"): content.if_words(row.trigger, kept),
        _("就"): "；".join(content.then_words(kept)),
        _("间隔"): _("%(n)d 天") % {"n": kept["pause"]} if kept.get("pause") else "",
    }


tell("automations.Automation", trigger=OfRow(_when), content=Parts(_parts))
