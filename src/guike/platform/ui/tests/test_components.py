"""Components as drawn: what they say, what they escape, what they leave out."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.template import Context, Template

from guike.platform.ui import components as c
from guike.platform.ui import icons


def draw(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def text(html: str) -> str:
    """The words a reader meets."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def test_a_badge_opens_its_why_in_the_sheet():
    drawn = draw("{% badge text='综合分 86.5' href='/why/' tone='accent' meter=62 %}")
    assert 'href="/why/" data-sheet' in drawn
    assert 'data-p="62"' in drawn
    assert draw("{% badge text='低风险' %}").startswith("<span")


def test_four_figures_with_unit_and_context():
    drawn = draw("{% figures f %}", f=[c.Figure("12 个月采购额", "612.4", "万元", "同比", "+8.2%", "up")])
    assert text(drawn) == "12 个月采购额 612.4 万元 同比 +8.2%"
    assert "gk-up" in drawn


def test_no_banner_when_nothing_is_needed():
    assert draw("{% need n %}", n=None).strip() == ""
    assert "还有 2 件" in draw("{% need n %}", n=c.Need("账期明天要答复", action="打电话", href="/x/", more=2))


def test_tabs_show_no_zero():
    drawn = draw("{% tabs t active='b' %}", t=[c.Tab("a", "联系人", "?a", 6), c.Tab("b", "商机", "?b", 0)])
    assert "联系人<span>6</span>" in drawn
    assert 'href="?b" aria-current="page">商机</a>' in drawn


def test_a_timeline_escapes_what_people_typed():
    entry = c.Entry(date(2026, 11, 13), "<b>电话</b>", "phone", ["<i>"], "a\n<script>", "¥1.00", chips=[c.Chip("<u>")])
    drawn = draw("{% timeline e %}", e=[entry])
    for tag in ("<b>电话", "<i>", "<script>", "<u>"):
        assert tag not in drawn
    assert "a<br>&lt;script&gt;" in drawn


def test_the_matrix_has_its_sums_and_tints_moves_by_their_share():
    counts = {("A", "A"): 118, ("A", "B"): 24, ("B", "A"): 31, ("B", "B"): 452, ("B", "C"): 34, ("C", "B"): 41, ("C", "C"): 586}
    heat = c.transitions(["A", "B", "C"], counts, href="?from={before}&to={after}")
    assert (heat.row_sums, heat.column_sums, heat.total) == ([142, 517, 627], [149, 517, 620], 1286)
    drawn = draw("{% heat_table h %}", h=heat)
    assert "149</b> +7" in drawn
    assert "517</b> 持平" in drawn
    assert "620</b> −7" in drawn
    assert 'class="gk-heat-down" data-p="49"><a href="?from=A&amp;to=B"><b>24</b><small>16.9%' in drawn
    assert drawn.count("gk-heat-none") == 2


@pytest.mark.parametrize(("value", "zone", "at"), [(86.5, "A", 86), (80, "A", 80), (79.9, "B", 80), (0, "C", 0), (120, "A", 100)])
def test_the_ruler_tints_the_zone_where_the_score_stands(value, zone, at):
    drawn = draw("{% ruler r %}", r=c.Ruler(value, [c.Zone("C", 60), c.Zone("B", 80), c.Zone("A", 100)]))
    assert re.search(r'gk-ruler-here" data-p="\d+"><i>(\w)', drawn)[1] == zone
    assert f'gk-ruler-mark" data-t="{at}"' in drawn


def test_bars_share_one_scale():
    drawn = draw("{% bar_list b %}", b=[c.Bar("陈思远", 31, limit=28, before=26), c.Bar("黄可", Decimal("15.5"))])
    assert re.findall(r'gk-bars-(bar|limit|before)" data-[pt]="(\d+)"', drawn) == [
        ("before", "84"),
        ("bar", "100"),
        ("limit", "90"),
        ("bar", "50"),
    ]


def test_progress_stays_within_its_track():
    drawn = draw("{% progress p %}", p=c.Progress("回款", "210", "/ 180", 117, 76))
    assert 'data-p="100"' in drawn
    assert 'aria-label="回款 117%"' in drawn


def test_a_chart_carries_its_table_and_its_numbers():
    chart = c.Chart("采购额", ["1 月", "2 月"], [c.Series("采购额", [Decimal("1.5"), None])], "万元", "2026 年", ["/m/1/", "/m/2/"])
    drawn = draw("{% chart ch key='k' %}", ch=chart)
    assert '<a href="/m/1/">1 月</a>' in drawn
    assert '"values": [1.5, null]' in unescape(drawn)
    assert text(drawn).startswith("采购额 万元，2026 年")


def test_chart_labels_cannot_close_the_script_tag():
    drawn = draw("{% chart ch key='k' %}", ch=c.Chart("x", ["</script><b>"], [c.Series("y", [1])]))
    assert "</script><b>" not in drawn


def test_the_decision_chain_is_a_nested_list():
    tree = [c.Node("林海峰", "总经理", ["拍板", "支持"], "good", True, children=[c.Node("周建国"), c.Node("陈晓敏")])]
    drawn = draw("{% org_chart t %}", t=tree)
    assert drawn.count("<li>") == 3
    assert drawn.count("<ul") == 2


def test_icons_are_decoration_unless_they_speak():
    assert 'aria-hidden="true"' in icons.svg("phone")
    assert 'role="img" aria-label="&lt;电话&gt;"' in icons.svg("phone", label="<电话>")


def test_no_component_uses_inline_style_or_script():
    """The content policy would drop it silently."""
    from pathlib import Path

    root = Path(icons.__file__).parent
    guilty = [
        p.name
        for p in root.rglob("*.html")
        if re.search(r'\sstyle="|\son\w+="|<style|<script(?! src)(?! type="application/json")', p.read_text())
    ]
    assert guilty == []
