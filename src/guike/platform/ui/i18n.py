"""Messages: found in Python by its syntax tree and in templates by Django, kept in locale/, checked for completeness (PLT-10).

The msgids are the Simplified Chinese texts themselves; `zh_Hant` and `en` translate them. `python -m django messages` runs this.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from guike.platform.ui import po
from guike.platform.ui.po import Catalogue, Message

PACKAGE = Path(__file__).resolve().parents[2]
LOCALE = PACKAGE / "locale"
PLURALS = {"zh_Hant": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
SINGLE = {"_", "__", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
TEXT = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
IN_TEMPLATE = re.compile(rf"\b(n?p?gettext|_)\({TEXT}(?:,\s*{TEXT})?")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdf.\d]*|%[sd]|\{(\w*)\}")
CHINESE = re.compile(r"[一-鿿]")


def extract(root: Path = PACKAGE) -> Catalogue:
    """Every message that the package's Python files and templates use, tests left out."""
    found: Catalogue = {}
    for path in sorted(root.rglob("*")):
        if path.suffix not in (".py", ".html", ".txt") or _is_left_out(path):
            continue
        reader: Callable[[str], Iterator[Message]] = _in_python if path.suffix == ".py" else _in_template
        for message in reader(path.read_text(encoding="utf-8")):
            if message.msgid.strip():
                found.setdefault(message.key, message).places.add(path.relative_to(PACKAGE).as_posix())
    return found


def _is_left_out(path: Path) -> bool:
    parts = path.relative_to(PACKAGE).parts
    texts_only = path.suffix == ".txt" and "templates" not in parts
    return texts_only or bool({"tests", "static_vendor", "migrations", "locale"} & set(parts))


def _in_python(source: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            texts = [a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None for a in node.args[:2]]
            yield from _message(name, texts)


def _message(name: str, texts: list[str | None]) -> Iterator[Message]:
    first, second = [*texts, None, None][:2]
    if first is None:
        return
    if name in SINGLE:
        yield Message(first)
    elif name in PLURAL and second is not None:
        yield Message(first, plural=second)
    elif name in CONTEXT and second is not None:
        yield Message(second, context=first)


def _in_template(source: str) -> Iterator[Message]:
    """Django turns a template into calls of gettext; what stands around them becomes blanks."""
    for name, first, second in IN_TEMPLATE.findall(templatize(source)):
        yield from _message(name, [ast.literal_eval(text) for text in (first, second) if text])


def file_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def update(root: Path = PACKAGE) -> dict[str, int]:
    """Bring both catalogues up to what the code uses: new messages empty, unused ones dropped. Returns how many are untranslated."""
    used = extract(root)
    missing = {}
    for language, forms in PLURALS.items():
        known = po.read(file_of(language))
        for key, message in used.items():
            kept = known.get(key)
            message.translations = kept.translations if kept and kept.plural == message.plural else []
            message.fuzzy = bool(kept and kept.fuzzy)
        po.write(file_of(language), language, forms, used)
        missing[language] = sum(not message.translated for message in used.values())
    return missing


def fill(language: str, translate: Callable[[str], str]) -> int:
    """Translate what is empty with a function (zh_Hant: a converter of characters and words). Returns how many were filled."""
    catalogue = po.read(file_of(language))
    empty = [message for message in catalogue.values() if not message.translated]
    for message in empty:
        message.translations = [translate(message.msgid)]
    po.write(file_of(language), language, PLURALS[language], catalogue)
    return len(empty)


def problems(root: Path = PACKAGE) -> list[str]:
    """What keeps a language from being complete: messages missing, empty, or with other placeholders than the original."""
    used = extract(root)
    found = []
    for language in PLURALS:
        known = po.read(file_of(language))
        for key, message in sorted(used.items()):
            translation = known.get(key)
            place = min(message.places)
            if translation is None or not translation.translated:
                found.append(f"{language}: 「{message.msgid}」没有译文（{place}）")
            elif any(_placeholders(text) != _placeholders(message.msgid) for text in translation.translations):
                found.append(f"{language}: 「{message.msgid}」的译文占位符不同（{place}）")
            elif language == "en" and any(CHINESE.search(text) for text in translation.translations) and CHINESE.search(message.msgid):
                found.append(f"{language}: 「{message.msgid}」的译文里还有汉字（{place}）")
    return found


def _placeholders(text: str) -> set[tuple[str, ...]]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


def compile_stale() -> list[str]:
    """Compile the catalogues that changed since they were last compiled; returns their languages."""
    done = []
    for language in PLURALS:
        source = file_of(language)
        target = source.with_suffix(".mo")
        if source.exists() and (not target.exists() or target.stat().st_mtime < source.stat().st_mtime):
            po.compile_catalogue(source, target)
            done.append(language)
    return done
