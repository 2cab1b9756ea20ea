"""何静's day: a customer list from Excel with a wrong line, taken back again; a customer entered twice made one."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.days.stage import Stage, gone, sheet, shoot, work_off

LOGIN = "hejing"
ROWS = [
    ["客户名称", "电话", "省", "市", "统一社会信用代码"],
    ["丽水青云阀门配套有限公司", "0578-2345678", "浙江", "丽水市", ""],
    ["台州顺昌管业有限公司", "13390572886\\15906528328", "浙江", "台州市", ""],
    ["温州立德流体有限公司", "0577-88990011", "浙江", "温州市", "91330303MA2J00000X"],
]


def at_the_desk(stage: Stage, folder: Path) -> None:
    page = stage.desk(LOGIN, to="/imports/")
    shoot(page, "import")
    _bring_in(page, _table(folder))
    _take_back(page)
    _make_one(page)


def _table(folder: Path) -> Path:
    path = folder / "客户名单.csv"
    path.write_text("\n".join(",".join(row) for row in ROWS), encoding="gb18030")
    return path


def _bring_in(page: Page, table: Path) -> None:
    """Upload, look at the columns, see the wrong line before anything is written, import the others."""
    page.get_by_label("客户", exact=True).check()
    page.locator("input[type=file]").set_input_files(table)
    page.get_by_role("button", name="上传并对应各列").click()
    expect(page.locator("main")).to_contain_text("表头在第 1 行")
    page.get_by_role("radio", name="只导入没有问题的行").check(force=True)
    page.get_by_role("button", name=re.compile("看看前")).click()
    wrong = page.locator("tr", has_text="温州立德流体有限公司")
    expect(wrong).to_contain_text("校验位不对")
    shoot(page, "import-preview")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("^导入")).click()
    work_off()
    page.reload()
    expect(page.locator("main")).to_contain_text("新建")
    expect(page.get_by_text("下载退回的行")).to_be_visible()
    page.goto("/customers/?view=all&q=青云阀门配套")
    expect(page.locator("#gk-list tr[data-row]")).to_have_count(1)


def _take_back(page: Page) -> None:
    page.goto("/imports/")
    page.get_by_role("link", name="客户名单.csv").first.click()
    page.get_by_role("link", name="撤销导入").click()
    expect(sheet(page)).to_contain_text("2")
    sheet(page).get_by_role("button", name="撤销导入").click()
    expect(page.locator("main")).to_contain_text("撤销")
    gone(page)
    page.goto("/customers/?view=all&q=青云阀门配套")
    expect(page.locator("#gk-list tr[data-row]")).to_have_count(0)


def _make_one(page: Page) -> None:
    """Two files of one firm side by side, one kept, the other's number still leads to it."""
    page.goto("/customers/duplicates/")
    rows = page.locator("#gk-list tr[data-row]")
    before = rows.count()
    shoot(page, "duplicates")
    rows.first.locator("a").first.click()
    page.get_by_role("link", name="比对并合并").click()
    expect(page.locator("h1")).to_contain_text("合并")
    shoot(page, "merge")
    with page.expect_navigation():
        page.get_by_role("button", name="合并", exact=True).click()
    page.goto("/customers/duplicates/")
    expect(page.locator("#gk-list tr[data-row]")).to_have_count(before - 1)
