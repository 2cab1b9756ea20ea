"""The handbook's Markdown as pages of the program. It is our own text: nothing of it comes from users."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import markdown
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension, slugify_unicode

#: docs/ of the checkout; an installation without it has no handbook to show.
DOCS = Path(__file__).resolve().parents[4] / "docs"
CONTENTS = "目录"


@dataclass(frozen=True)
class Page:
    """One page of the handbook: its name, headings as (anchor, words), and its body, whole or one section of it."""

    name: str
    title: str
    headings: tuple[tuple[str, str], ...]
    body: SafeString

    @property
    def is_contents(self) -> bool:
        return self.name == CONTENTS


def names() -> list[str]:
    """The pages in the order of the table of contents, the contents first."""
    contents = DOCS / "handbook" / f"{CONTENTS}.md"
    if not contents.exists():
        return []
    listed = re.findall(r"\]\(([^)/]+)\.md\)", contents.read_text(encoding="utf-8"))
    return [CONTENTS, *dict.fromkeys(name for name in listed if (DOCS / "handbook" / f"{name}.md").exists())]


def page(name: str, section: str = "") -> Page | None:
    """A page by name, or None; `section` keeps to one heading where it is there."""
    if name not in names():
        return None
    path = DOCS / "handbook" / f"{name}.md"
    return _rendered(name, section, path, path.stat().st_mtime_ns)


def picture(name: str) -> Path | None:
    """A picture of the handbook by its plain name."""
    path = DOCS / "images" / name
    return path if re.fullmatch(r"[\w-]+\.webp", name) and path.is_file() else None


@lru_cache(maxsize=64)
def _rendered(name: str, section: str, path: Path, changed: int) -> Page:
    text = path.read_text(encoding="utf-8")
    title, _line, rest = text.removeprefix("# ").partition("\n")
    headings = tuple((slugify_unicode(words, "-"), words) for words in re.findall(r"^## (.+)$", rest, re.MULTILINE))
    part = _section(rest, section) or rest
    extensions = [TableExtension(use_align_attribute=True), TocExtension(slugify=slugify_unicode), "fenced_code", "sane_lists"]
    html = markdown.markdown(_addressed(part), extensions=extensions, output_format="html")
    html = html.replace("<table>", '<div class="hb-table" tabindex="0"><table>').replace("</table>", "</table></div>")
    return Page(name, title.strip(), headings, mark_safe(html))


def _section(text: str, heading: str) -> str:
    """From a heading to the next of its rank; empty where it is not there."""
    found = re.search(rf"^## {re.escape(heading)}\s*\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL) if heading else None
    return f"## {heading}\n{found.group(1)}" if found else ""


def _addressed(text: str) -> str:
    """Pictures and other pages where the program serves them."""
    images = reverse("workspace:help_picture", args=["x"]).removesuffix("x")
    text = re.sub(r"\]\(\.\./images/([^)]+)\)", lambda m: f"]({images}{m[1]})", text)
    text = text.replace('src="../images/', f'src="{images}')  # a sheet shows the page at another address
    text = re.sub(r"\[([^\]]+)\]\(\.\./[^)]*\)", r"\1", text)  # what lies outside the handbook is named, not linked
    return re.sub(r"\]\(([^)/:]+)\.md(#[^)]*)?\)", lambda m: f"]({reverse('workspace:help_page', args=[m[1]])}{m[2] or ''})", text)
