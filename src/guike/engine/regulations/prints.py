"""A document on paper: PDF, and Word with real headings, so that its table of contents can be made there (PLT-04, POL-09)."""

import io
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from guike.engine.models.regulation import RegulationVersion
from guike.engine.regulations import selectors
from guike.engine.regulations.rules import chapter as chapter_words
from guike.engine.regulations.selectors import Read
from guike.platform.access import Viewer
from guike.platform.print import services as printing

#: What Word takes where it has it; others fall back to what stands on the machine.
FONT = "宋体"
HEADING_FONT = "黑体"


def edition(version: RegulationVersion) -> str:
    """「第 2 版，2026-12-01 起施行」."""
    number = _("第 %(n)s 版") % {"n": version.number}
    if version.effective_from is None:
        return _("%(number)s（草案）") % {"number": number}
    if version.effective_from.year <= 2000:
        return number
    return _("%(number)s，%(day)s 起施行") % {"number": number, "day": version.effective_from}


def carried(found: Read) -> str:
    """「执行：客户分级；由人执行：市场部」 in small print below a clause."""
    done = "、".join(chip.label for chip in found.chips if chip.kind != "people")
    people = "、".join(chip.label for chip in found.chips if chip.kind == "people")
    parts = [_("执行：%(what)s") % {"what": done} if done else "", _("由人执行：%(who)s") % {"who": people} if people else ""]
    return "；".join(part for part in parts if part)


def closing(version: RegulationVersion, company: str) -> list[str]:
    """Who issued it and when; nothing below a draft."""
    if version.published_at is None:
        return []
    day = version.effective_from if version.effective_from and version.effective_from.year > 2000 else version.published_at.date()
    return [company, _("%(y)s 年 %(m)s 月 %(d)s 日") % {"y": day.year, "m": day.month, "d": day.day}]


def values(viewer: Viewer, version: RegulationVersion, imprint: printing.Imprint) -> dict[str, Any]:
    """The document as the template takes it."""
    found = selectors.chapters(viewer, version)
    return {
        **imprint.values(),
        "title": version.title,
        "number": edition(version),
        "edition": edition(version),
        "contents": len(found) > 2,
        "chapters": [
            {
                "title": f"{chapter_words(one.number)}　{one.title}",
                "clauses": [
                    {"title": _headline(read), "paragraphs": list(read.paragraphs), "carried": carried(read), "table": _table(read)}
                    for read in one.clauses
                ],
            }
            for one in found
        ],
        "closing": closing(version, imprint.company),
        "signatures": [_("起草"), _("审核"), _("批准")],
    }


def _table(found: Read) -> list[list[str]]:
    """Heads and lines of the clause's table, all as words; empty where it has none."""
    if found.table is None:
        return []
    return [[_("待遇"), *found.table.heads], *([line.label, *(cell.words for cell in line.cells)] for line in found.table.lines)]


def _headline(found: Read) -> str:
    return f"{found.article}　{found.clause.title}".strip("　")


def pdf(viewer: Viewer, version: RegulationVersion, imprint: printing.Imprint) -> bytes:
    return printing.pdf("document.typ", values(viewer, version, imprint))


# --- Word ---------------------------------------------------------------------------------------------------------------


def word(viewer: Viewer, version: RegulationVersion, imprint: printing.Imprint) -> bytes:
    """The document as .docx: title, contents (filled in by Word on opening), chapters as 标题 1, clauses as 标题 2."""
    data = values(viewer, version, imprint)
    document = Document()
    _styled(document)
    _page(document, data)
    title = document.add_paragraph(data["title"], style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(data["edition"]).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(document.add_paragraph(), 'TOC \\o "1-1" \\h \\z \\u', _("右键「更新域」生成目录"))
    for chapter in data["chapters"]:
        document.add_heading(chapter["title"], level=1).alignment = WD_ALIGN_PARAGRAPH.CENTER
        for clause in chapter["clauses"]:
            _clause(document, clause)
    for line in data["closing"]:
        document.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    done = io.BytesIO()
    document.save(done)
    return done.getvalue()


def _clause(document: Any, clause: dict[str, Any]) -> None:
    document.add_heading(clause["title"], level=2)
    for text in clause["paragraphs"]:
        paragraph = document.add_paragraph(text)
        if text.startswith("（"):
            paragraph.paragraph_format.left_indent = Cm(1.6)
            paragraph.paragraph_format.first_line_indent = Cm(-0.9)
        else:
            paragraph.paragraph_format.first_line_indent = Cm(0.8)
    if clause["table"]:
        _grid(document, clause["table"])
    if clause["carried"]:
        small = document.add_paragraph().add_run(clause["carried"])
        small.font.size = Pt(8.5)


def _grid(document: Any, lines: list[list[str]]) -> None:
    """A real table with ruled cells; its first line is repeated on the next page."""
    made = document.add_table(rows=0, cols=len(lines[0]), style="Table Grid")
    for place, line in enumerate(lines):
        for cell, text in zip(made.add_row().cells, line, strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.font.bold = Pt(9.5), place == 0
            cell.paragraphs[0].paragraph_format.line_spacing = 1
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    made.rows[0]._tr.get_or_add_trPr().append(head)


def _styled(document: Any) -> None:
    for name, font, size in (
        ("Normal", FONT, 11),
        ("Title", HEADING_FONT, 20),
        ("Heading 1", HEADING_FONT, 14),
        ("Heading 2", HEADING_FONT, 11),
    ):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.italic = font, Pt(size), False
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        if name != "Normal":
            style.font.color.rgb = None
    document.styles["Normal"].paragraph_format.line_spacing = 1.5


def _page(document: Any, data: dict[str, Any]) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    section.header.paragraphs[0].text = data["company"]
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run(_("第 "))
    _field(foot, "PAGE", "1")
    foot.add_run(_(" 页，共 "))
    _field(foot, "NUMPAGES", "1")
    foot.add_run(_(" 页"))


def _field(paragraph: Any, code: str, shown: str) -> None:
    """A field of Word (page number, contents), with what stands there until Word reckons it."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif not kind:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = text
            run._r.append(element)
