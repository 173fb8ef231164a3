"""The forms and their days: dated data, each with its source and whether it was confirmed. Pure.

Sources seen in November 2026: pages of the department and of those who teach its forms for the days of GST; the Income-tax Rules
(30, 31, 31A, 37CA, 37D; from April 2026 rules 218 and 219) and sections 208 to 211 and 234E of the Act of 1961 for the others. What
fewer than two sources gave is not sure, and is shown with "check".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from webapp.kernel.money import Paise
from webapp.kernel.records import dataclass

GST, SOURCE, INCOME = "gst", "source", "income"
CRORE = Paise(1_00_00_000_00)
# Section 44(1) with the yearly exemptions: no GSTR-9 up to two crore; Rule 80(3): 9C above five; section 39(1): quarterly up to five.
ANNUAL_FROM, AUDIT_FROM, QUARTERLY_UP_TO = Paise(2 * CRORE), Paise(5 * CRORE), Paise(5 * CRORE)
FIRST_YEAR = 2023  # what went before is not known here
ACT_OF_2025 = date(2026, 4, 1)
# Notification 76/2020: quarterly filers of these states, by GST code, file 3B by the 22nd, the others by the 24th.
GROUP_A = frozenset({"22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35", "36", "37"})


@dataclass(frozen=True, slots=True)
class Form:
    """A return, a deposit or a certificate: what it is called, from April 2026 on where that differs, whose law it is of, the rule of
    its day. `is_sure` False: shown to be checked. `is_optional`: nobody is late who leaves it out."""

    title: str
    family: str
    rule: str
    is_sure: bool = True
    is_optional: bool = False
    later_title: str = ""

    def title_on(self, last_day: date) -> str:
        """What it is called for a period that ends on a day."""
        return self.later_title if self.later_title and last_day >= ACT_OF_2025 else self.title


EINVOICE = "einvoice"
FORMS: Mapping[str, Form] = {
    "gstr1": Form("GSTR-1", GST, "Rule 59(1); Notification 83/2020: the 11th of the next month, the 13th after a quarter"),
    "iff": Form("IFF", GST, "Rule 59(2): the 13th of the next month, months 1 and 2 of a quarter", is_optional=True),
    "gstr3b": Form("GSTR-3B", GST, "Rule 61(1): the 20th of the next month; after a quarter the 22nd or the 24th, by state"),
    "pmt06": Form("PMT-06", GST, "Rule 61(3): the 25th of the next month, months 1 and 2 of a quarter"),
    "cmp08": Form("CMP-08", GST, "Rule 62(1)(i): the 18th after a quarter"),
    "gstr4": Form("GSTR-4", GST, "Rule 62(1)(ii), Notification 12/2024: 30 June; to 2023-24 30 April", is_sure=False),
    "gstr9": Form("GSTR-9", GST, "Section 44, Rule 80(1): 31 December; above two crore of turnover"),
    "gstr9c": Form("GSTR-9C", GST, "Rule 80(3): 31 December; above five crore of turnover"),
    "cut_off": Form(
        "Last day for input tax and amendments of a year",
        GST,
        "Sections 16(4), 34(2), 37(3), 39(9): 30 November, or the annual return if it is earlier",
        is_sure=False,
        is_optional=True,
    ),
    # Of documents, not of a period: what is due is found by the documents that stand, and no day of it is moved or noted.
    EINVOICE: Form("E-invoices to report", GST, "GSTN advisories of 13-09-2023 and 5-11-2024: within 30 days"),
    "tds_deposit": Form("TDS deposit", SOURCE, "Rule 30 (218): the 7th of the next month, of March 30 April"),
    "tcs_deposit": Form("TCS deposit", SOURCE, "Rule 37CA: the 7th of the next month", is_sure=False),
    "24q": Form("24Q", SOURCE, "Rule 31A (219): 31 July, 31 October, 31 January, 31 May", later_title="Form 138"),
    "26q": Form("26Q", SOURCE, "Rule 31A (219): 31 July, 31 October, 31 January, 31 May", later_title="Form 140"),
    "27eq": Form("27EQ", SOURCE, "Rule 31AA: 15 July, 15 October, 15 January, 15 May", is_sure=False, later_title="Form 143"),
    "16": Form("Form 16", SOURCE, "Rule 31(3): 15 June", is_sure=False, later_title="Form 130"),
    "16a": Form("Form 16A", SOURCE, "Rule 31(3): within 15 days of the statement's day", is_sure=False, later_title="Form 131"),
    "27d": Form("Form 27D", SOURCE, "Rule 37D: within 15 days of the statement's day", is_sure=False, later_title="Form 27D (133)"),
    "advance": Form("Advance tax", INCOME, "Section 211: 15 June, 15 September, 15 December, 15 March", is_sure=False),
}


@dataclass(frozen=True, slots=True)
class Filer:
    """A registration under GST. `turnover` of the year before in paise, None where nobody said."""

    gstin: str
    state_code: str
    is_composition: bool = False
    is_quarterly: bool = False
    turnover: Paise | None = None


@dataclass(frozen=True, slots=True)
class Payer:
    """What the whole business does under income tax. `advance`: "" none, "four" by quarters, "one" all by 15 March (section 44AD)."""

    deducts: bool = False
    collects: bool = False
    pays_salaries: bool = False
    advance: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """A form of a period by its usual day. `who` is the GSTIN, "" for the whole business. `period` is m202610, q202612 or y2026 (the
    year that began in April 2026); of advance tax the month of its day; of e-invoices d20261101, the day of the documents."""

    form: str
    who: str
    state_code: str
    period: str
    first_day: date
    last_day: date
    due_on: date
    share: int = 0  # advance tax: how much of the year's tax, in per cent; of e-invoices how many documents

    @property
    def key(self) -> tuple[str, str, str]:
        return self.who, self.form, self.period

    @property
    def title(self) -> str:
        return FORMS[self.form].title_on(self.last_day)


def day_of(day: date, number: int) -> date:
    """The day of that number in the month after."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=number)


def month_ends(year: int) -> list[date]:
    """The last days of the twelve months of a financial year."""
    firsts = [date(year + (month > 12), (month - 1) % 12 + 1, 1) for month in range(4, 16)]
    return [day_of(first, 1) - timedelta(days=1) for first in firsts]
