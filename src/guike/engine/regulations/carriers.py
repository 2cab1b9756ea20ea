"""What carries a clause out: a policy (or one outcome of it), a form, a page, or people (POL-09).

Upper domains register their forms; pages are those of the side bar and what is registered besides.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from guike.engine.policies.catalogue import Face
from guike.platform.access import Viewer, allowed
from guike.platform.ui import navigation

KINDS = ("policy", "form", "page", "people")


@dataclass(frozen=True)
class Form:
    """A form that the company fills or prints: 客户跟踪记录表. `access` (object, action) says who may open its page."""

    code: str
    label: str
    url_name: str
    access: tuple[str, str]


_forms: dict[str, Form] = {}


def register_form(code: str, label: str, url_name: str, access: tuple[str, str]) -> None:
    """Name a form that clauses may prescribe."""
    _forms[code] = Form(code, label, url_name, access)


def forms() -> Mapping[str, Form]:
    return dict(_forms)


@dataclass(frozen=True)
class Carrier:
    """One carrier as written: `kind:code` with a `part` after a slash for policies (an outcome)."""

    kind: str
    code: str
    part: str = ""


def read(text: str) -> Carrier | None:
    """`policy:contact-cadence/A` → its parts; None for what cannot be read."""
    kind, colon, rest = text.strip().partition(":")
    if kind not in KINDS or not colon or not rest.strip():
        return None
    code, _slash, part = rest.strip().partition("/") if kind == "policy" else (rest.strip(), "", "")
    return Carrier(kind, code, part)


@dataclass(frozen=True)
class Chip:
    """A carrier as drawn: `label`, where it leads (empty where the viewer may not go), and whether it is there at all."""

    kind: str
    label: str
    href: str = ""
    missing: bool = False


ICONS = {"policy": "scale", "form": "forms", "page": "report", "people": "users"}


def chips(viewer: Viewer, texts: list[str] | tuple[str, ...], faces: Mapping[str, Face]) -> list[Chip]:
    """The carriers of a clause for a reader."""
    return [_chip(viewer, found, faces) if (found := read(text)) else Chip("people", text, missing=True) for text in texts]


def _chip(viewer: Viewer, carrier: Carrier, faces: Mapping[str, Face]) -> Chip:
    if carrier.kind == "people":
        return Chip("people", carrier.code)
    if not exists(carrier, faces):
        return Chip(carrier.kind, carrier.code, missing=True)
    if carrier.kind == "policy":
        face = faces[carrier.code]
        words = f"{face.title}：{dict(face.outcomes).get(carrier.part, carrier.part)}" if carrier.part else face.title
        return Chip("policy", words, reverse("engine:policy", args=[carrier.code]))
    if carrier.kind == "form":
        form = _forms[carrier.code]
        return Chip("form", str(form.label), reverse(form.url_name) if allowed(viewer, *form.access) else "")
    entry = navigation.entries()[carrier.code]
    seen = entry.access is None or allowed(viewer, *entry.access)
    return Chip("page", str(entry.label), reverse(entry.url_name) if seen else "")


def exists(carrier: Carrier, faces: Mapping[str, Face]) -> bool:
    """Is what the clause names there? People always are. `faces`: the policies known, by code."""
    if carrier.kind == "policy":
        return carrier.code in faces
    if carrier.kind == "form":
        return carrier.code in _forms
    return carrier.kind == "people" or carrier.code in navigation.entries()
