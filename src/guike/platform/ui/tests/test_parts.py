"""What is drawn once looks as if it were drawn anew: whatever differs in what is told differs on the page."""

from types import SimpleNamespace

import pytest
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from guike.platform.ui import parts

PAGER = "ui/lists/pager.html"


def pager(**told) -> str:
    """The foot of a list."""
    given = {"group_count": 0, "first": 1, "last": 30, "count_text": "94 家", "selectable": False, "pager": {"first": "", "next": "?after=x"}}
    return parts.drawn(PAGER, {**given, **told})


@pytest.mark.parametrize(
    "other",
    [{"first": 31}, {"count_text": "95 家"}, {"selectable": True}, {"pager": {"first": "", "next": "?after=y"}}, {"pager": {"first": "?", "next": ""}}],
)
def test_every_value_that_is_told_is_seen(other):
    assert pager() == pager()
    assert pager(**other) != pager()


def test_a_safe_text_is_not_taken_for_the_same_text_unsafe():
    assert "<b>9</b>" in pager(count_text=mark_safe("<b>9</b>"))
    assert "<b>9</b>" not in pager(count_text="<b>9</b>")


def test_numbers_and_truths_are_told_apart():
    assert parts.told_by(1) != parts.told_by(True)


def test_each_language_has_its_own():
    chinese = pager()
    with translation.override("en"):
        assert pager() != chinese


def test_lazy_words_are_told_in_the_language_of_the_moment():
    assert parts.told_by([_("确定")]) == (str(_("确定")),)


def test_what_could_change_unseen_is_refused():
    with pytest.raises(TypeError, match="SimpleNamespace"):
        parts.drawn(PAGER, {"pager": SimpleNamespace(first="")})
