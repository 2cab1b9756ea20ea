"""Who we are, and how far the first-run wizard got (PLT-12)."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _
from stdnum.cn import uscc as uscc_number

from guike.organisation.models import CompanyProfile
from guike.organisation.selectors.company import NAME_KEY
from guike.platform import clock
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb

CHANGEABLE = ("name", "short_name", "uscc", "city", "industry", "phone", "address")


@verb("organisation.save_company")
def save_company(*, actor: Viewer, version: int | None = None, **values: str) -> CompanyProfile:
    """Write the company's own facts. The registration code must have a valid check digit."""
    company = _locked(actor)
    if version is not None and version != company.version:
        raise Stale(_("公司信息刚被别人改过，刷新后再改"))
    if unknown := set(values) - set(CHANGEABLE):
        raise TypeError(f"cannot change {unknown}")
    for name, value in values.items():
        setattr(company, name, value.strip())
    if not company.name:
        raise Refused(_("写上公司全称"), field="name")
    if company.uscc and not uscc_number.is_valid(company.uscc):
        raise Refused(_("统一社会信用代码校验不对，核对 18 位数字和字母（没有 I、O、S、V、Z）"), field="uscc")
    company.uscc = company.uscc.upper()
    company.version += 1
    company.save()
    cache.delete(NAME_KEY)
    return company


@verb("organisation.note_wizard_step")
def note_wizard_step(step: str, *, actor: Viewer, skipped: bool = False) -> CompanyProfile:
    """Remember where the wizard goes on, and whether the step was skipped."""
    company = _locked(actor)
    company.wizard_step = step
    if skipped and step not in company.wizard_skipped:
        company.wizard_skipped = [*company.wizard_skipped, step]
    company.save(update_fields=["wizard_step", "wizard_skipped"])
    return company


@verb("organisation.finish_wizard")
def finish_wizard(*, actor: Viewer) -> CompanyProfile:
    """The wizard is done or was dismissed: nobody is led to it any more."""
    company = _locked(actor)
    if company.wizard_finished_at is None:
        company.wizard_finished_at = clock.now()
        company.save(update_fields=["wizard_finished_at"])
    return company


def _locked(actor: Viewer) -> Any:
    require(actor, "company", "change")
    CompanyProfile.objects.bulk_create([CompanyProfile()], ignore_conflicts=True)
    return CompanyProfile.objects.select_for_update().get()
