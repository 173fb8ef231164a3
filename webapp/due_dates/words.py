"""What forms, states and periods are called on screen."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from webapp.due_dates.rules.law import EINVOICE, FORMS, Duty
from webapp.due_dates.service import document_day, period_days
from webapp.kernel.dates import FinancialYear, month_name, month_of, written


def state_words() -> dict[str, tuple[str, str]]:
    """How a duty stands: the word and its tone."""
    return {
        "not_yet": (_("Period still runs"), ""),
        "open": (_("Due"), "pending"),
        "late": (_("Late"), "danger"),
        "filed": (_("Filed"), "ok"),
        "nothing": (_("Nothing to do"), ""),
    }


def title_of(duty: Duty) -> str:
    """What a form is called; with how much of the year's tax where it is advance tax."""
    words = {
        "cut_off": _("Last day for input tax and amendments of a year"),
        "tds_deposit": _("TDS deposit"),
        "tcs_deposit": _("TCS deposit"),
        "advance": _("Advance tax, %(share)s %% of the year's", share=duty.share),
        EINVOICE: ngettext("One e-invoice to report", "%(num)s e-invoices to report", duty.share),
    }
    return str(words.get(duty.form, duty.title))


def cited(form: str) -> str:
    """By which rule a form is due: the rule alone, for the days it gives stand beside it."""
    rule = FORMS[form].rule.partition(":")[0]
    for plain, said in (
        ("Notification", _("Notification")),
        ("Rule", _("Rule")),
        ("Section", _("Section")),
        ("GSTN advisories of", _("GSTN advisories of")),
    ):
        rule = rule.replace(plain, said)
    return rule


def form_words() -> list[tuple[str, str]]:
    """Every form, for a choice."""
    words = {
        "cut_off": _("Last day for input tax and amendments of a year"),
        "tds_deposit": _("TDS deposit"),
        "tcs_deposit": _("TCS deposit"),
        "advance": _("Advance tax"),
    }
    return [
        (key, words.get(key, f"{one.title} ({one.later_title})" if one.later_title else one.title))
        for key, one in FORMS.items()
        if key != EINVOICE
    ]


def period_words(period: str) -> str:
    """d20261101 as its day, m202610 as Oct 2026, q202612 as Oct 2026 – Dec 2026, y2026 as 2026-27."""
    if day := document_day(period):
        return str(_("documents of %(day)s", day=written(day)))
    days = period_days(period)
    if days is None:
        return period
    if period[0] == "y":
        return str(FinancialYear(days[0].year))
    first, last = (month_name(month_of(one)) for one in days)
    return last if first == last else f"{first} – {last}"
