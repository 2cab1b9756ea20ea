"""What the handbook quotes as words of the screen stands in the program; what it says about the packs is counted."""

import re
from pathlib import Path

import yaml

CHECKOUT = Path(__file__).resolve().parents[1]
HANDBOOK = sorted((CHECKOUT / "docs/handbook").glob("*.md"))
PACKS = CHECKOUT / "src/guike/engine/packs"
QUOTED = re.compile("「([^」]+)」")
#: Quoted as somebody's writing, not as words of the screen.
NOT_ON_SCREEN = {"从 20 万到 50 万"}


def program_text() -> str:
    files = [
        path for suffix in ("html", "py", "yaml") for path in (CHECKOUT / "src/guike").rglob(f"*.{suffix}") if "tests" not in path.parts
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def pieces(quoted: str) -> list[str]:
    """The words between what varies (…) and along a way through the menus (→)."""
    return [piece.strip() for piece in re.split("…+|→", quoted) if piece.strip()]


def test_quoted_words_are_on_the_screen():
    text = program_text()
    assert "绝不会出现在屏幕上的词" not in text
    wrong = [
        f"{path.name}: 「{quoted}」"
        for path in HANDBOOK
        for quoted in dict.fromkeys(QUOTED.findall(path.read_text(encoding="utf-8")))
        if quoted not in NOT_ON_SCREEN and not all(piece in text for piece in pieces(quoted))
    ]
    assert not wrong, "\n".join(wrong)


def test_every_page_stands_in_the_contents():
    contents = (CHECKOUT / "docs/handbook/目录.md").read_text(encoding="utf-8")
    assert len(HANDBOOK) > 5
    assert [path.name for path in HANDBOOK if path.name != "目录.md" and f"]({path.name})" not in contents] == []


def test_every_policy_of_the_packs_is_described():
    page = (CHECKOUT / "docs/handbook/制度包.md").read_text(encoding="utf-8")
    policies = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in PACKS.glob("*/*.yaml") if path.name not in ("pack.yaml", "document.yaml")]
    assert f"{len(policies)} 份制度" in page
    told_by_table = {"cadence"}  # intervals stand beside the grade that they follow
    assert [one["title"] for one in policies if one["kind"] not in told_by_table and one["title"] not in page] == []


def test_pictures_stay_small_and_every_one_is_shown_and_taken():
    pictures = {path.name: path.stat().st_size for path in (CHECKOUT / "docs/images").glob("*")}
    assert sum(pictures.values()) < 2_500_000
    documents = "".join(path.read_text(encoding="utf-8") for path in [*HANDBOOK, *CHECKOUT.glob("README*.md")])
    taken = "".join(path.read_text(encoding="utf-8") for path in (CHECKOUT / "tests/days").glob("*.py"))
    assert [name for name in pictures if name not in documents] == []
    assert [name for name in pictures if f'"{name.removesuffix(".webp")}"' not in taken] == []
