"""Messages: found wherever they are written, complete in both other languages, readable by gettext."""

import gettext
from pathlib import Path

import pytest
from django.utils import translation

from guike.platform.ui import i18n, po

KIT = Path(i18n.__file__).parent

PYTHON = """
from django.utils.translation import gettext as _, gettext_lazy as __
a = _("客户") ; b = __("家 %(n)s") ; c = ngettext("%(n)s 件", "%(n)s 件", n) ; d = pgettext("动词", "记")
e = plain("不是") ; f = _(variable)
"""
TEMPLATE = """{% load i18n %}{% trans "今日" %}{{ x|default:_("没有") }}{% empty _("空\\"的") %}
{% blocktrans with n=3 %}还有 {{ n }} 件{% endblocktrans %}{% blocktrans count n=k %}{{ n }} 处{% plural %}{{ n }} 处{% endblocktrans %}{% comment %}{% trans "不要" %}{% endcomment %}"""


def test_messages_of_python_and_templates_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(i18n, "PACKAGE", tmp_path)
    (tmp_path / "a.py").write_text(PYTHON)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "b.html").write_text(TEMPLATE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "c.py").write_text('_("测试")')
    found = {(m.context, m.msgid, m.plural) for m in i18n.extract(tmp_path).values()}
    assert found == {
        ("", "客户", ""),
        ("", "家 %(n)s", ""),
        ("", "%(n)s 件", "%(n)s 件"),
        ("动词", "记", ""),
        ("", "今日", ""),
        ("", "没有", ""),
        ("", '空"的', ""),
        ("", "还有 %(n)s 件", ""),
        ("", "%(n)s 处", "%(n)s 处"),
    }


def test_what_is_written_is_read_again_and_compiled_for_gettext(tmp_path):
    messages = [
        po.Message('说"好"\n再说\\', translations=['say "yes"\nthen\\'], places={"b.py", "a.py"}),
        po.Message("%(n)s 件", plural="%(n)s 件", translations=["%(n)s item", "%(n)s items"]),
        po.Message("记", context="动词", translations=["log"]),
        po.Message("空", translations=[""]),
        po.Message("疑", translations=["maybe"], fuzzy=True),
    ]
    source, target = tmp_path / "x.po", tmp_path / "x.mo"
    po.write(source, "en", i18n.PLURALS["en"], {m.key: m for m in messages})
    assert {m.key: m.translations for m in po.read(source).values()} == {m.key: m.translations for m in messages}
    assert po.compile_catalogue(source, target) == 3
    with target.open("rb") as binary:
        catalogue = gettext.GNUTranslations(binary)
    assert catalogue.gettext('说"好"\n再说\\') == 'say "yes"\nthen\\'
    assert [catalogue.ngettext("%(n)s 件", "%(n)s 件", n) for n in (1, 2)] == ["%(n)s item", "%(n)s items"]
    assert catalogue.pgettext("动词", "记") == "log"
    assert catalogue.gettext("空") == "空"
    assert catalogue.gettext("疑") == "疑"


def test_a_lost_placeholder_and_left_chinese_are_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(i18n, "PACKAGE", tmp_path)
    monkeypatch.setattr(i18n, "LOCALE", tmp_path / "locale")
    (tmp_path / "a.py").write_text('_("%(n)s 家") ; _("客户") ; _("订单")')
    i18n.update(tmp_path)
    i18n.fill("zh_Hant", lambda text: text.replace("客户", "客戶"))
    i18n.fill("en", {"%(n)s 家": "some", "客户": "customer 客户", "订单": ""}.get)
    found = "\n".join(i18n.problems(tmp_path))
    assert "en: 「%(n)s 家」的译文占位符不同" in found
    assert "en: 「客户」的译文里还有汉字" in found
    assert "en: 「订单」没有译文（a.py）" in found
    assert "zh_Hant" not in found


def test_updating_keeps_translations_and_drops_what_is_unused(tmp_path, monkeypatch):
    monkeypatch.setattr(i18n, "PACKAGE", tmp_path)
    monkeypatch.setattr(i18n, "LOCALE", tmp_path / "locale")
    (tmp_path / "a.py").write_text('_("客户") ; _("订单")')
    i18n.update(tmp_path)
    i18n.fill("en", {"客户": "customer", "订单": "order"}.get)
    (tmp_path / "a.py").write_text('_("客户") ; _("回款")')
    assert i18n.update(tmp_path) == {"zh_Hant": 2, "en": 1}
    assert {m.msgid: m.translations for m in po.read(i18n.file_of("en")).values()} == {"客户": ["customer"], "回款": [""]}


def test_the_kit_is_complete_in_traditional_chinese_and_english():
    assert i18n.problems(KIT) == []


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "客户"), ("zh-hant", "客戶"), ("en", "Customers")])
def test_a_page_speaks_the_chosen_language(language, words):
    i18n.compile_stale()
    with translation.override(language):
        assert translation.gettext("客户") == words
