"""Words of the rules as people read them, each in their own language; the rules themselves know no language."""

from django.utils.translation import gettext_lazy as _

STAGES = {
    "lead": _("线索"),
    "prospect": _("潜在"),
    "negotiating": _("洽谈"),
    "new": _("新签"),
    "long_term": _("长期"),
    "dormant": _("沉睡"),
    "lost": _("流失"),
    "dead": _("死亡"),
}
