"""What a user sees is Chinese and marked for translation; a language that is offered is complete."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "guike"
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
IN_TEMPLATES = re.compile(r"""\{%\s*(?:trans|translate)\s+(?:"([^"]+)"|'([^']+)')""")
BLOCKS = re.compile(r"\{%\s*(?:blocktrans|blocktranslate)([^%]*)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.S)
CHINESE = re.compile(r"[\u3400-\u9fff]")
WORD = re.compile(r"[A-Za-z]{3,}")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
NOT_CHINESE = {"English", "YAML", "Excel", "CSV", "JSON"}
#: English politeness and machine words that mock/notes.md forbids.
FORBIDDEN = re.compile(r"(?<!申)请(?!求|假|款|购|示)|您|操作成功|成功！")


def texts_of_code(source: str) -> set[str]:
    """First arguments of gettext calls (the second for a context)."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            first = 1 if node.func.id.startswith("pgettext") else 0
            last = first + 2 if node.func.id.startswith("ngettext") else first + 1
            found |= {argument.value for argument in node.args[first:last] if isinstance(argument, ast.Constant) and isinstance(argument.value, str)}
    return found


def texts_of_template(source: str) -> set[str]:
    """Arguments of {% trans %}, and bodies of {% blocktrans %} as Django makes message ids of them."""
    found = {double or single for double, single in IN_TEMPLATES.findall(source)}
    for options, body in BLOCKS.findall(source):
        for part in re.split(r"\{%\s*plural\s*%\}", body):
            text = re.sub(r"\{\{\s*(\w+)[^}]*\}\}", r"%(\1)s", part.replace("%", "%%"))
            found.add(" ".join(line.strip() for line in text.strip().splitlines()) if "trimmed" in options else text)
    return found


def all_texts() -> dict[str, str]:
    """Message id -> the file where it stands."""
    found = {}
    for pattern, read in (("*.py", texts_of_code), ("*.html", texts_of_template), ("*.txt", texts_of_template)):
        for path in sorted(PACKAGE.rglob(pattern)):
            if not {"tests", "migrations", "static_vendor"} & set(path.parts):
                found |= dict.fromkeys(read(path.read_text(encoding="utf-8")), str(path.relative_to(PACKAGE)))
    return found


def translated(catalogue: str) -> set[str]:
    """Message ids of a .po file that have a translation nobody doubts (not fuzzy)."""
    done = set()
    for entry in re.split(r"\n\s*\n", catalogue):
        if re.search(r"^#,.*fuzzy", entry, re.M):
            continue
        texts: dict[str, str] = {}
        field = ""
        for line in entry.splitlines():
            if match := re.match(r'(msgid|msgid_plural|msgstr(?:\[\d\])?)\s+(".*")$', line):
                field = match.group(1)
                texts[field] = ast.literal_eval(match.group(2))
            elif line.startswith('"') and field:
                texts[field] += ast.literal_eval(line)
        if texts.get("msgid") and (texts.get("msgstr") or texts.get("msgstr[0]")):
            done.add(texts["msgid"])
    return done


def test_texts_are_found_in_code_and_templates():
    assert texts_of_code('x = _("客户")\ny = ngettext("%(n)s 家", "%(n)s 家", 2)\nz = pgettext("k", "等级")') == {"客户", "%(n)s 家", "等级"}
    page = "{% trans \"今日\" %}{% blocktrans trimmed with n=x %}\n  还有 {{ n }} 件\n{% endblocktrans %}"
    assert texts_of_template(page) == {"今日", "还有 %(n)s 件"}


def test_a_catalogue_is_read_without_what_is_empty_or_doubtful():
    catalogue = 'msgid "客户"\nmsgstr "Customer"\n\nmsgid "等级"\nmsgstr ""\n\n#, fuzzy\nmsgid "今日"\nmsgstr "Today"\n\nmsgid ""\n"长"\n"句"\nmsgstr "long"\n'
    assert translated(catalogue) == {"客户", "长句"}


def test_what_a_user_sees_is_chinese():
    foreign = [
        f"{path}: {text}"
        for text, path in all_texts().items()
        if WORD.search(PLACEHOLDER.sub("", text)) and not CHINESE.search(text) and text not in NOT_CHINESE
    ]
    assert not foreign, "\n".join(foreign)


def test_the_wording_is_short_and_concrete():
    wrong = [f"{path}: {text}" for text, path in all_texts().items() if FORBIDDEN.search(text)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("locale/*/LC_MESSAGES/django.po")), ids=lambda path: path.parts[-3])
def test_a_language_is_complete(path):
    missing = sorted(set(all_texts()) - translated(path.read_text(encoding="utf-8")))
    assert not missing, f"{len(missing)}: {missing[:20]}"
