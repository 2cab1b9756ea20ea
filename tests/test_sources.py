"""What every file of the repository must keep to: no machine's paths, no index hosts, sizes, words that say nothing."""

import ast
import re
import subprocess
from pathlib import Path
from statistics import median

CHECKOUT = Path(__file__).resolve().parents[1]
#: Folders of somebody's machine; with a boundary before, so that a URL path or `../work/` is not meant.
MACHINE_PATH = re.compile(r"(?<![\w.~>/-])/(?:work|farm|root|home|Users)/[A-Za-z0-9_.-]+")
INDEX_HOST = re.compile(r"https?://[\w.-]*(?:registry\.|pypi\.|npmjs|npmmirror|/simple\b|tuna\.|aliyun)")
MEANINGLESS = {"utils.py", "helpers.py", "manager.py", "data.py", "info.py", "common.py", "misc.py"}
FILE_LINES, FUNCTION_LINES, MEDIAN_LINES = 400, 50, 12


def tracked(*patterns: str) -> list[Path]:
    done = subprocess.run(["git", "-c", "core.quotePath=false", "ls-files", *patterns], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return [CHECKOUT / name for name in done.stdout.splitlines() if (CHECKOUT / name).is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def found_in(pattern: re.Pattern, paths: list[Path]) -> list[str]:
    return [f"{path.relative_to(CHECKOUT)}: {match}" for path in paths if path != Path(__file__).resolve() for match in pattern.findall(text_of(path))]


def test_no_path_of_a_machine():
    assert MACHINE_PATH.search('open("/home/anna/x")')
    assert not MACHINE_PATH.search("https://example.com/work/x ../work/x")
    wrong = found_in(MACHINE_PATH, tracked())
    assert not wrong, "\n".join(wrong)


def test_locks_name_no_index():
    locks = tracked("requirements", "package-lock.json", ".npmrc", "package.json")
    assert len(locks) >= 6
    assert not found_in(INDEX_HOST, locks)
    assert '"resolved"' not in (CHECKOUT / "package-lock.json").read_text()


def test_every_locked_package_has_a_hash():
    for name in ("base.txt", "dev.txt"):
        entries = re.split(r"\n(?=\S)", (CHECKOUT / "requirements" / name).read_text().strip())
        assert entries
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_development_has_the_versions_of_production():
    def versions(name: str) -> dict[str, str]:
        text = (CHECKOUT / "requirements" / name).read_text()
        return dict(re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([^ ]+)", text, re.M))

    base, dev = versions("base.txt"), versions("dev.txt")
    assert {name: dev.get(name) for name in base} == base


def test_names_say_something():
    assert [path.name for path in tracked("src") if path.name in MEANINGLESS] == []


def test_files_stay_readable():
    long = [
        f"{path.relative_to(CHECKOUT)}: {count} lines"
        for path in tracked("src/*.py", "tests/*.py", "src/*.html", "src/*.css", "src/*.js")
        if "migrations" not in path.parts and (count := len(text_of(path).splitlines())) > FILE_LINES
    ]
    assert not long, "\n".join(long)


def test_functions_stay_short():
    lengths = {}
    for path in tracked("src/*.py"):
        if {"migrations", "tests"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lengths[f"{path.relative_to(CHECKOUT)}:{node.lineno} {node.name}"] = _body_lines(node)
    long = [f"{name}: {count}" for name, count in lengths.items() if count > FUNCTION_LINES]
    assert not long, "\n".join(long)
    assert median(lengths.values()) <= MEDIAN_LINES


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    first = node.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring
