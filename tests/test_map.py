"""The map of docs/map.md where import-linter cannot see: private rooms, foreign keys, templates."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "guike"
#: Rows of the map from the bottom; a row may point only to rows below it or to itself.
ROWS = (
    {"launcher"},
    {"platform"},
    {"organisation"},
    {"engine"},
    {"customers", "products"},
    {"sales", "contact", "marketing"},
    {"workspace", "insight", "oversight"},
    {"wiring"},
)
ABOVE_PLATFORM = set().union(*ROWS[2:-1])
#: What a domain offers to others. `panels` is for the pages that compose, `urls` for the one list of them.
OFFERED = {"services", "selectors", "rules", "events", "access", "registry"}
ROOMS_FOR = {"workspace": OFFERED | {"panels"}, "insight": OFFERED | {"panels"}, "wiring": OFFERED | {"panels", "urls", "metrics", "imports"}}
PRIVATE = {"models", "views", "forms", "urls", "templates", "admin"}


def row_of(domain: str) -> int:
    return next(number for number, row in enumerate(ROWS) if domain in row)


def product_files() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if not {"tests", "migrations"} & set(path.parts):
            yield path


def imported_modules(path: Path) -> Iterator[tuple[int, str]]:
    """Every imported name of our own as `guike.…`, with its line; names of `from … import` included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "guike":
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "guike":
                    yield node.lineno, alias.name


def private_import(importer: str, name: str) -> bool:
    """True when a module of domain `importer` takes `name` from a private room of another domain."""
    parts = name.split(".")
    if len(parts) < 3 or parts[1] not in ABOVE_PLATFORM or parts[1] == importer:
        return False
    return bool(PRIVATE & set(parts[2:])) and not ROOMS_FOR.get(importer, OFFERED) & set(parts[2:])


def test_the_check_itself_tells_private_from_offered():
    assert private_import("sales", "guike.customers.models.Customer")
    assert private_import("workspace", "guike.sales.views")
    assert private_import("engine", "guike.organisation.calendar.models.Day")
    assert not private_import("customers", "guike.customers.models.Customer")
    assert not private_import("sales", "guike.customers.selectors.customers_for")
    assert not private_import("sales", "guike.platform.models.JobRun")


def test_models_views_and_forms_are_private_to_their_domain():
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line} takes {name}"
        for path in product_files()
        for line, name in imported_modules(path)
        if private_import(path.relative_to(PACKAGE).parts[0], name)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_domain_stands_on_the_map():
    domains = {path.parent.name for path in PACKAGE.glob("*/apps.py")}
    assert domains <= set().union(*ROWS), "add it to ROWS here, to pyproject.toml and to docs/map.md"


def points_up(model: type, field: Any) -> bool:
    """True for a foreign key to a higher row. The account is exempt: Django's swappable user is named by a setting, not by a domain."""
    other = getattr(field, "related_model", None)
    if field.auto_created or not field.is_relation or not hasattr(other, "__module__") or not other.__module__.startswith("guike."):
        return False
    here, there = (module.split(".")[1] for module in (model.__module__, other.__module__))
    swappable = getattr(field, "swappable_setting", None) == "AUTH_USER_MODEL"
    return there != here and not swappable and row_of(there) >= row_of(here)


def test_foreign_keys_point_down_the_map():
    ours = [model for model in apps.get_models() if model.__module__.startswith("guike.")]
    assert ours
    wrong = [f"{model.__name__}.{field.name} -> {field.related_model}" for model in ours for field in model._meta.get_fields() if points_up(model, field)]
    assert not wrong, "\n".join(wrong)


REFERENCE = re.compile(r"""\{%\s*(?:include|extends)\s+["']([^"']+)["']""")


def foreign_templates(path: Path) -> list[str]:
    """Templates that `path` includes or extends and that belong neither to its domain, nor to the kit, nor to Django's widgets."""
    here = path.relative_to(PACKAGE).parts[0]
    own = {folder.name for folder in PACKAGE.glob(f"{here}/**/templates/*")}
    kit = {folder.name for folder in PACKAGE.glob("platform/ui/templates/*")} | {"django"}
    return [name for name in REFERENCE.findall(path.read_text(encoding="utf-8")) if name.split("/")[0] not in own | kit]


def test_a_template_uses_only_its_own_domain_and_the_kit():
    templates = sorted(PACKAGE.rglob("templates/**/*.html"))
    assert templates
    wrong = [f"{path.relative_to(PACKAGE)}: {name}" for path in templates for name in foreign_templates(path)]
    assert not wrong, "\n".join(wrong)


def test_only_the_clock_reads_the_time():
    """ruff bans the calls by name; this finds `now()` imported under another one and SQL's."""
    wrong = []
    for path in product_files():
        text = path.read_text(encoding="utf-8")
        if path.name == "clock.py" or "launcher" in path.parts:
            continue
        wrong += [f"{path.relative_to(PACKAGE)}: {call}" for call in ("timezone.now(", "date.today(", "datetime.now(", "localdate(") if call in text]
    assert not wrong, "\n".join(wrong)


def test_rules_import_no_django():
    """Also said to import-linter; here the lines are named, imports inside functions included."""
    files = [path for path in product_files() if path.name == "rules.py" or "rules" in path.relative_to(PACKAGE).parts[:-1]]
    assert files
    wrong = [str(path.relative_to(PACKAGE)) for path in files if re.search(r"^\s*(from|import) django", path.read_text(encoding="utf-8"), re.M)]
    assert not wrong
