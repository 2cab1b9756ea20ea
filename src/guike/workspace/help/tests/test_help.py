"""The handbook in the program: every page and picture opens, every 「?」 leads to a section that is there (PLT-12)."""

import re

import pytest
from django.test import Client

from guike.workspace.help import book, sections
from guike.workspace.help.navigation import _address

pytestmark = pytest.mark.django_db


def test_every_section_that_a_page_names_is_in_the_handbook():
    missing = [
        (begin, name, heading)
        for begin, (name, heading) in sections.SECTIONS.items()
        if name not in book.names() or (heading and heading not in [words for _anchor, words in book.page(name).headings])
    ]
    assert missing == []


def test_the_longest_beginning_wins_and_the_rest_gets_the_contents():
    assert sections.for_path("/customers/12/") == ("业务员", "客户一页")
    assert sections.for_path("/customers/requirements/company/") == ("管理员", "资料要求")
    assert _address("/products/") == "/help/"


@pytest.mark.parametrize("name", book.names())
def test_every_page_opens_with_its_pictures_and_links(name, owner, as_viewer):
    browser = as_viewer(owner)
    answer = browser.get(f"/help/{name}/")
    page = answer.content.decode()
    body = page.partition('class="hb-text"')[2].partition("</article>")[0]
    assert answer.status_code == 200
    assert len(page.encode()) < 150_000
    assert "style=" not in body and 'src="../' not in body and not re.search(r'href="[^"]*\.md', body)
    for address in re.findall(r'(?:src|href)="(/help/[^"#]*)', body):
        assert browser.get(address).status_code == 200, address


def test_a_pages_question_mark_opens_only_its_section(owner, as_viewer):
    browser = as_viewer(owner)
    assert "/help/" in browser.get("/customers/").content.decode()
    page = browser.get("/help/业务员/?section=记跟进").content.decode()
    body = page.partition('class="hb-text"')[2].partition("</article>")[0]
    assert "记跟进</h2>" in body and "日程</h2>" not in body
    assert "看整页" in page


def test_nothing_but_the_handbook_is_served(owner, as_viewer):
    browser = as_viewer(owner)
    assert Client().get("/help/").status_code == 302
    for address in (
        "/help/../settings/",
        "/help/nothing/",
        "/help/images/..%2F..%2Fpyproject.toml",
        "/help/images/nothing.webp",
        "/help/README/",
    ):
        assert browser.get(address).status_code == 404, address
