"""What the rules' problems say to people: what, where, what to do."""

from django.utils.translation import gettext_lazy

from guike.contact.rules import Problem

_SENTENCES = {
    "method_missing": gettext_lazy("选一种方式"),
    "said_missing": gettext_lazy("写一句沟通内容"),
    "future": gettext_lazy("日期 %(day)s 在今天之后，改为今天或更早"),
    "too_early": gettext_lazy("日期 %(day)s 早于 %(limit)s，检查年份"),
    "before_founding": gettext_lazy("日期 %(day)s 早于客户成立日期 %(limit)s，检查年份"),
    "next_day_missing": gettext_lazy("写了下一步，还要选下次日期"),
    "next_past": gettext_lazy("下次日期 %(day)s 早于今天，改为今天或以后"),
    "next_far": gettext_lazy("下次日期 %(day)s 太远，最晚 %(limit)s"),
    "promise_day_missing": gettext_lazy("答应的事要写到哪天为止"),
    "promise_past": gettext_lazy("答应的期限 %(day)s 早于今天，改为今天或以后"),
    "promise_empty": gettext_lazy("写明答应了什么"),
    "promises_many": gettext_lazy("一次最多记 10 件答应的事"),
}


def sentence(problem: Problem) -> str:
    """One problem in the user's language."""
    return str(_SENTENCES[problem.code]) % {"day": problem.day, "limit": problem.limit}
