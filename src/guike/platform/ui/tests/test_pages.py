"""The kit's own pages and the shell around every page."""

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from guike.platform.access import ANONYMOUS
from guike.platform.errors import Forbidden, Refused
from guike.platform.middleware import POLICY, Refusals
from guike.platform.ui import middleware, navigation, pickers, sheets, views
from guike.platform.ui.tests.firms import FirmList

pytestmark = pytest.mark.django_db
OPEN = [views.menu, views.counts, views.keys, views.preferences, views.guide, views.search]


@pytest.fixture
def entries(monkeypatch):
    """A side bar of the tests' own."""
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register(
        "menu",
        group="",
        label="全部",
        icon="menu-2",
        url_name="ui:menu",
        order=1,
        count=lambda viewer: 8,
        urgent=True,
        shortcut="t",
        bottom=1,
    )
    navigation.register("keys", group="follow", label="公司<b>", icon="keyboard", url_name="ui:keys", access=("test_firm", "view"))
    navigation.register("gone", group="follow", label="没装", icon="x", url_name="nowhere:list")
    navigation.register("secret", group="settings", label="审计", icon="lock", url_name="ui:guide", access=("test_firm", "export"))


@pytest.mark.parametrize("view", OPEN)
def test_every_page_of_the_kit_asks_for_a_login(ask, view):
    response = view(ask(ANONYMOUS, "/ui/"))
    assert response.status_code == 302
    assert "/login/" in response["Location"]


@pytest.mark.parametrize("view", [views.menu, views.keys, views.preferences, views.search])
def test_pages_open_whole_and_in_the_sheet(ask, seller, view):
    whole = view(ask(seller, "/ui/")).content.decode()
    part = view(ask(seller, "/ui/", target="gk-sheet-body")).content.decode()
    assert whole.startswith("<!doctype html>")
    assert "<html" not in part
    assert 'id="gk-sheet-title"' in part


def test_the_guide_is_for_administrators(ask, seller, administrator):
    with pytest.raises(Forbidden):
        views.guide(ask(seller, "/ui/guide/"))
    page = views.guide(ask(administrator, "/ui/guide/")).content.decode()
    assert "为什么是 A 级" in page
    assert len(page) < 150_000


def test_the_side_bar_shows_what_the_viewer_may_open(entries, ask, seller, administrator):
    page = views.menu(ask(seller, "/ui/menu/")).content.decode()
    assert "公司&lt;b&gt;" in page
    assert "没装" not in page
    assert "审计" not in page
    assert "审计" in views.menu(ask(administrator, "/ui/menu/")).content.decode()
    assert navigation.groups(ANONYMOUS, "/") == []


def test_the_present_entry_is_the_longest_prefix(entries, seller):
    shown = {s.entry.code: s.current for _heading, found in navigation.groups(seller, "/ui/keys/x/") for s in found}
    assert shown == {"menu": False, "keys": True}


def test_counts_come_apart_and_are_remembered(entries, ask, seller):
    seller = replace(seller, account_id=91)
    assert 'data-counts="/ui/counts/"' in views.menu(ask(seller, "/ui/menu/")).content.decode()
    assert json.loads(views.counts(ask(seller, "/ui/counts/")).content) == {"menu": 8}
    page = views.menu(ask(seller, "/ui/menu/")).content.decode()
    assert "data-counts=" not in page
    assert 'data-count="menu">8</span>' in page
    navigation.forget_counts(seller)
    assert navigation.known_counts(seller) == {}


def test_a_group_that_does_not_exist_is_a_programming_error():
    with pytest.raises(ValueError, match="unknown group"):
        navigation.register("x", group="nope", label="x", icon="x", url_name="x")


# --- pickers and search ----------------------------------------------------------------------------------------------


def test_a_picker_answers_with_label_and_second_line(firms, ask, administrator):
    found = json.loads(views.pick(ask(administrator, "/pick/test_owner/?q=陈"), code="test_owner").content)
    assert found == {"results": [{"value": "7", "text": "陈思远", "second": "浙南片区", "seal": "", "disabled": False}]}


def test_a_picker_gives_nothing_without_the_right(firms, ask, administrator):
    nobody = replace(administrator, roles=frozenset({"warehouse"}))
    assert json.loads(views.pick(ask(nobody, "/pick/test_owner/?q="), code="test_owner").content) == {"results": []}
    assert pickers.chosen(nobody, "test_owner", ["7"]) == []


def test_an_unknown_picker_is_not_found(ask, administrator):
    with pytest.raises(Http404):
        views.pick(ask(administrator, "/pick/none/"), code="none")


def test_the_search_box_finds_rows_and_pages(firms, entries, ask, administrator):
    page = views.search(ask(administrator, "/search/?q=陈", target="gk-palette-results")).content.decode()
    assert 'href="/owners/7/"' in page
    assert "<html" not in page
    assert "全部" in views.search(ask(administrator, "/search/?q=全部")).content.decode()
    assert "没有找到" in views.search(ask(administrator, "/search/?q=zzzz")).content.decode()


# --- preferences and language ------------------------------------------------------------------------------------------


def test_preferences_are_kept_with_the_browser_and_the_account(ask, seller, monkeypatch):
    kept = {}
    monkeypatch.setattr(views.shell, "keep_preferences", lambda viewer, chosen: kept.update(chosen))
    chosen = {"theme": "dark", "density": "compact", "language": "en", "next": "/ui/menu/"}
    response = views.preferences(ask(seller, "/ui/preferences/", chosen))
    assert response["Location"] == "/ui/menu/"
    assert response.cookies["gk_theme"].value == "dark"
    assert kept == {"theme": "dark", "density": "compact", "language": "en"}


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/no/such/page/", "javascript:alert(1)"])
def test_a_form_never_leads_off_the_site(ask, seller, wanted):
    request = ask(seller, "/ui/preferences/", {"next": wanted})
    assert sheets.safe_next(request, "/") == "/"


def test_the_language_is_what_the_person_chose_not_what_the_browser_prefers():
    spoken = middleware.Display(lambda request: HttpResponse(request.LANGUAGE_CODE))
    plain = RequestFactory().get("/", headers={"Accept-Language": "en"})
    assert spoken(plain).content == b"zh-hans"
    plain.COOKIES["gk_language"] = "en"
    assert spoken(plain).content == b"en"
    plain.COOKIES["gk_language"] = "xx"
    assert spoken(plain).content == b"zh-hans"


# --- sheet, refusals, policy -------------------------------------------------------------------------------------------


def test_a_redirect_inside_the_sheet_moves_the_whole_page(ask, seller):
    request = ask(seller, "/x/", target="gk-sheet-body")
    answer = middleware.Display(lambda asked: HttpResponseRedirect("/firms/1/"))(request)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/firms/1/")
    assert "Location" not in answer


def test_done_says_so_and_goes_on(ask, seller):
    request = ask(seller, "/x/", {})
    assert sheets.done(request, "跟进已记", "/firms/1/")["Location"] == "/firms/1/"
    assert request._messages == ["跟进已记"]
    inside = ask(seller, "/x/", {}, target="gk-sheet-body")
    assert sheets.done(inside, "跟进已记", "/firms/1/")["HX-Refresh"] == "true"
    assert sheets.done(inside, "跟进已记", "/firms/1/", stay=False)["HX-Redirect"] == "/firms/1/"


def test_a_refusal_explains_clause_and_who_can_release(ask, seller):
    refusal = Refused("超出授信 15.2 万元", clause="《信用管理制度》第 17 条", releasable_by="王立群（分管副总）")
    response = Refusals(lambda request: None).process_exception(ask(seller), refusal)
    page = response.content.decode()
    assert response.status_code == 409
    for words in ("超出授信 15.2 万元", "第 17 条", "王立群（分管副总）", "没有写入任何内容"):
        assert words in page


@pytest.mark.parametrize(("template", "words"), [("ui/403.html", "没有权限"), ("ui/404.html", "没有找到"), ("ui/500.html", "系统出错了")])
def test_error_pages_stand_alone(template, words, client):
    from django.template.loader import render_to_string

    assert words in render_to_string(template, {}, RequestFactory().get("/"))


def test_the_policy_allows_nothing_inline(client):
    response = client.get("/healthz")
    assert response["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert "script-src 'self'" in POLICY


# --- size --------------------------------------------------------------------------------------------------------------


def compressed(path: str) -> int:
    found = finders.find(path)
    assert found, f"{path} is not there: run python -m guike.launcher.assets"
    return len(gzip.compress(Path(found).read_bytes(), 9))


def test_a_page_without_charts_loads_less_than_200_kb(firms, ask, administrator):
    """Everything the list page names, and the two scripts that a form or the column chooser fetches."""
    page = FirmList().respond(ask(administrator)).content.decode()
    named = set(re.findall(r'(?:src|href)="/static/([^"?]+\.(?:js|css))"', page))
    lazy = {"vendor/js/tom-select.complete.min.js", "vendor/js/sortable.min.js"}
    assert {"vendor/css/tabler.min.css", "vendor/js/htmx.min.js", "ui/kit.js"} <= named
    assert not any("echarts" in path for path in named)
    assert sum(compressed(path) for path in named | lazy) < 200_000
    assert len(page.encode()) < 150_000
