"""Setting values on paper. Whoever calls has looked at rows and fields through the viewer's eyes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import noto_cjk_sans_otc
import typst
from django.http import HttpResponse
from django.utils.translation import gettext as _

from guike.platform import audit, clock
from guike.platform.access import Viewer
from guike.platform.errors import Refused

#: Lines on one sheet, sheets in one go.
ROWS, SHEETS = 500, 50
TEMPLATES = ("paper.typ", "form.typ", "document.typ")


@dataclass(frozen=True)
class Box:
    """One labelled box; `wide` takes the whole line."""

    label: str
    value: str
    wide: bool = False


@dataclass(frozen=True)
class Boxes:
    """A block of labelled boxes, two a line; a single one at the end of a run is made wide."""

    rows: Sequence[Box]
    heading: str = ""
    kind: str = "boxes"


@dataclass(frozen=True)
class Heading:
    """A column: its width in mm, 0 takes what is left."""

    label: str
    width: int = 0


@dataclass(frozen=True)
class Table:
    """A block of rows under headings; `empty` is said where there is none."""

    columns: Sequence[Heading]
    rows: Sequence[Sequence[str]]
    heading: str = ""
    empty: str = ""
    kind: str = "table"


@dataclass(frozen=True)
class Sheet:
    """One form filled in: title, number and note above, blocks, lines to sign."""

    title: str
    number: str = ""
    note: str = ""
    blocks: Sequence[Boxes | Table] = ()
    signatures: Sequence[str] = ()


@dataclass(frozen=True)
class Imprint:
    """What stands around every page: whose paper, printed by whom."""

    company: str
    viewer: Viewer
    foot: str = field(default="")

    def values(self) -> dict[str, str]:
        printed = _("%(who)s 打印，%(at)s") % {"who": self.viewer.name, "at": f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"}
        return {"company": self.company, "printed": printed, "foot": self.foot}


@lru_cache(maxsize=1)
def _templates() -> dict[str, bytes]:
    folder = files("guike.platform.print")
    return {name: folder.joinpath(name).read_bytes() for name in TEMPLATES}


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The packaged Chinese font, read once; nothing of the machine's, so that paper looks alike everywhere."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(Path(str(noto_cjk_sans_otc.FONT_PATH)).parent)]
    )


def pdf(template: str, values: Mapping[str, Any]) -> bytes:
    """A template set with values, as a PDF."""
    return bytes(_compiled(template, values, "pdf"))


def pictures(template: str, values: Mapping[str, Any]) -> list[bytes]:
    """The same as a picture a page."""
    done = _compiled(template, values, "png")
    return done if isinstance(done, list) else [done]


def _compiled(template: str, values: Mapping[str, Any], form: str) -> Any:
    """The values are data, whatever they contain."""
    parts: Any = {"main.typ": _templates()[template], "paper.typ": _templates()["paper.typ"]}
    kind: Any = form
    return typst.compile(parts, font_paths=_fonts(), sys_inputs={"data": json.dumps(values, ensure_ascii=False)}, format=kind)


def form_values(sheets: Sequence[Sheet], imprint: Imprint) -> dict[str, Any]:
    """Sheets as the form template takes them. Refuses more than fits sensibly on paper."""
    if not sheets:
        raise Refused(_("没有要打印的"))
    if len(sheets) > SHEETS:
        raise Refused(_("一次最多打印 %(limit)s 份，现在选了 %(n)s 份，分几次打印") % {"limit": SHEETS, "n": len(sheets)})
    for sheet in sheets:
        if any(isinstance(block, Table) and len(block.rows) > ROWS for block in sheet.blocks):
            raise Refused(_("《%(title)s》超过 %(limit)s 行，缩短期间再打印") % {"title": sheet.title, "limit": ROWS})
    title = sheets[0].title if len({one.title for one in sheets}) == 1 else _("表单")
    return {**imprint.values(), "title": title, "number": "", "sheets": [_sheet(one) for one in sheets]}


def _sheet(sheet: Sheet) -> dict[str, Any]:
    values = asdict(sheet)
    values["blocks"] = [
        {**asdict(block), "rows": _paired(block.rows)} if isinstance(block, Boxes) else asdict(block) for block in sheet.blocks
    ]
    return values


def _paired(rows: Sequence[Box]) -> list[dict[str, Any]]:
    """Boxes two a line: one that is left alone before a wide one, or at the end, becomes wide."""
    found: list[dict[str, Any]] = []
    open_one = False
    for place, row in enumerate(rows):
        alone = not row.wide and not open_one and (place + 1 == len(rows) or rows[place + 1].wide)
        found.append({**asdict(row), "wide": row.wide or alone})
        open_one = not row.wide and not alone and not open_one
    return found


def form_pdf(sheets: Sequence[Sheet], imprint: Imprint) -> bytes:
    """Filled forms as one PDF."""
    return pdf("form.typ", form_values(sheets, imprint))


def note(viewer: Viewer, object: str, subject_ids: Sequence[int], title: str, **detail: Any) -> None:
    """Write into the log of looks what was printed of whom, a line a subject."""
    for pk in subject_ids:
        audit.note(viewer, "print", object, pk, detail={"title": title, **detail})


def answer(content: bytes, name: str, media_type: str = "application/pdf") -> HttpResponse:
    """A file shown in the browser where it can (PDF), else offered; its Chinese name kept."""
    how = "inline" if media_type == "application/pdf" else "attachment"
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response
