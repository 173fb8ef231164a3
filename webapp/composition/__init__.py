"""Tax under composition (CGST Act s.10): the statement of a quarter (CMP-08) and the return of a year (GSTR-4).

A dealer under composition collects no tax: what he owes is a share of what he sold, borne by the business. Promises: the tax of a quarter
is the rate of its kind times its turnover; a quarter posts it once, by one voucher, when its statement is filed, and taking the filing back
reverses it; the year is the sum of its quarters to the paisa; rates and limits are dated data with their source.
"""

from webapp.composition.building import cmp08, gstr4, registration, registrations
from webapp.composition.facts import quarter_due, year_due
from webapp.composition.service import add_credit, file_statement, file_year, remove_credit, reopen, say_kind
from webapp.composition.told import Cmp08, Gstr4

__all__ = [
    "Cmp08",
    "Gstr4",
    "add_credit",
    "cmp08",
    "file_statement",
    "file_year",
    "gstr4",
    "quarter_due",
    "registration",
    "registrations",
    "remove_credit",
    "reopen",
    "say_kind",
    "year_due",
]
