"""The tax classes a new company starts with: rates with their dates, for goods a shop sells.

Facts, with their sources. A company may add to them; a rate once used is never overwritten (time of supply, CGST Act
s.14). `SEED_SOURCES` says where each is from, and "unconfirmed" where the earlier rate or its dates are general
knowledge, not read in any source: check those before a return of that period depends on them. The rates of 22-Sep-2025
were read in lists of the Council's changes and of the notifications, not in the Gazette. No rate change after February
2026 was found in sources up to August 2026; later ones are unknown.

Which goods belong to a class is the shop's choice by HSN. The rate before 22-Sep-2025 stands from 1-Jul-2017: goods that
moved in between as well need a class of their own before bills of those years are entered.

[1/2017]   Notification 1/2017-Central Tax (Rate), the goods schedules in force 1-Jul-2017 to 21-Sep-2025
[2/2017]   Notification 2/2017-Central Tax (Rate), exemptions, to 21-Sep-2025
[C1/2017]  Notification 1/2017-Compensation Cess (Rate), to 31-Jan-2026
[6/2022]   Notification 6/2022-Central Tax (Rate): cut and polished diamonds to 1.5 % on 18-Jul-2022
[21/2021]  Notification 21/2021-Central Tax (Rate): footwear to Rs 1,000 a pair from 5 % to 12 % on 1-Jan-2022
[9/2025]   Notification 9/2025-Central Tax (Rate) of 17-Sep-2025: 5, 18 and 40 % from 22-Sep-2025
[10/2025]  Notification 10/2025-Central Tax (Rate) of 17-Sep-2025: exemptions from 22-Sep-2025
[56th]     56th GST Council, 3-Sep-2025, list of goods with old and new rates

Tobacco and pan masala bear 40 % on the retail sale price from 1-Feb-2026 (Rule 31D, `webapp/tax/retail.py`); their rates and cess before
that day are not seeded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from webapp.kernel.money import BasisPoints, MilliPaise
from webapp.tax.kinds import Treatment
from webapp.tax.rates import GST_BEGAN, DatedRate
from webapp.tax.retail import RETAIL_PRICE_FROM

RATES_OF_2025 = date(2025, 9, 22)
FOOTWEAR_RATES_OF_2022 = date(2022, 1, 1)
DIAMOND_RATE_OF_2022 = date(2022, 7, 18)


class SeedTaxClass(NamedTuple):
    """A tax class by its short code, with its name in English and Hindi, its treatment and every dated rate."""

    code: str
    name: str
    name_hindi: str
    treatment: Treatment
    rates: tuple[DatedRate, ...]


def _rate(day: date, rate_bp: int, *, over_rupees: int = 0, cess_bp: int = 0) -> DatedRate:
    return DatedRate(day, MilliPaise(over_rupees * 100_000), BasisPoints(rate_bp), BasisPoints(cess_bp))


def _steady(rate_bp: int) -> tuple[DatedRate, ...]:
    return (_rate(GST_BEGAN, rate_bp),)


def _moved(before_bp: int, now_bp: int, *, cess_before_bp: int = 0) -> tuple[DatedRate, ...]:
    return (_rate(GST_BEGAN, before_bp, cess_bp=cess_before_bp), _rate(RATES_OF_2025, now_bp))


# [1/2017] to Rs 1,000 a piece 5 %, above 12 %; [56th] [9/2025] to Rs 2,500 a piece 5 %, above 18 %. Chapters 61, 62 and
# made-up textiles of 63, by the "sale value" of a piece.
_CLOTHES = (
    _rate(GST_BEGAN, 500),
    _rate(GST_BEGAN, 1200, over_rupees=1000),
    _rate(RATES_OF_2025, 500),
    _rate(RATES_OF_2025, 1800, over_rupees=2500),
)
# [21/2021] to Rs 1,000 a pair 12 %, above 18 %; [56th] [9/2025] to Rs 2,500 a pair 5 %, above 18 %. Chapter 64. Days
# before 1-Jan-2022 had other limits (Rs 500, then Rs 1,000) and are refused until a company adds them.
_FOOTWEAR = (
    _rate(FOOTWEAR_RATES_OF_2022, 1200),
    _rate(FOOTWEAR_RATES_OF_2022, 1800, over_rupees=1000),
    _rate(RATES_OF_2025, 500),
    _rate(RATES_OF_2025, 1800, over_rupees=2500),
)

_T = Treatment.TAXABLE
SEED_TAX_CLASSES: tuple[SeedTaxClass, ...] = (
    SeedTaxClass("nil", "Nil-rated (0 %)", "शून्य दर (0 %)", Treatment.NIL, _steady(0)),
    SeedTaxClass("exempt", "Exempt", "कर-मुक्त", Treatment.EXEMPT, _steady(0)),
    SeedTaxClass("non-gst", "Outside GST", "जीएसटी से बाहर", Treatment.NON_GST, _steady(0)),
    SeedTaxClass("gst-0.25", "GST 0.25 % (rough stones)", "जीएसटी 0.25 % (बिना तराशे रत्न)", _T, _steady(25)),
    SeedTaxClass(
        "gst-1.5",
        "GST 1.5 % (cut diamonds)",
        "जीएसटी 1.5 % (तराशे हीरे)",
        _T,
        (_rate(GST_BEGAN, 25), _rate(DIAMOND_RATE_OF_2022, 150)),
    ),
    SeedTaxClass("gst-3", "GST 3 % (gold, silver)", "जीएसटी 3 % (सोना, चाँदी)", _T, _steady(300)),
    SeedTaxClass("gst-5", "GST 5 %", "जीएसटी 5 %", _T, _steady(500)),
    SeedTaxClass("gst-18", "GST 18 %", "जीएसटी 18 %", _T, _steady(1800)),
    SeedTaxClass("gst-40", "GST 40 %", "जीएसटी 40 %", _T, _moved(2800, 4000)),
    SeedTaxClass(
        "gst-40-drinks",
        "GST 40 % (aerated drinks)",
        "जीएसटी 40 % (शीतल पेय)",
        _T,
        _moved(2800, 4000, cess_before_bp=1200),
    ),
    SeedTaxClass("gst-12-5", "GST 5 % (12 % before 22-Sep-2025)", "जीएसटी 5 % (पहले 12 %)", _T, _moved(1200, 500)),
    SeedTaxClass("gst-18-5", "GST 5 % (18 % before 22-Sep-2025)", "जीएसटी 5 % (पहले 18 %)", _T, _moved(1800, 500)),
    SeedTaxClass("gst-12-18", "GST 18 % (12 % before 22-Sep-2025)", "जीएसटी 18 % (पहले 12 %)", _T, _moved(1200, 1800)),
    SeedTaxClass("gst-28-18", "GST 18 % (28 % before 22-Sep-2025)", "जीएसटी 18 % (पहले 28 %)", _T, _moved(2800, 1800)),
    SeedTaxClass("gst-5-nil", "Nil-rated (5 % before 22-Sep-2025)", "शून्य दर (पहले 5 %)", _T, _moved(500, 0)),
    SeedTaxClass("gst-12-nil", "Nil-rated (12 % before 22-Sep-2025)", "शून्य दर (पहले 12 %)", _T, _moved(1200, 0)),
    SeedTaxClass("gst-18-nil", "Nil-rated (18 % before 22-Sep-2025)", "शून्य दर (पहले 18 %)", _T, _moved(1800, 0)),
    SeedTaxClass(
        "gst-40-mrp",
        "GST 40 % on the MRP (pan masala, tobacco)",
        "एमआरपी पर जीएसटी 40 % (पान मसाला, तंबाकू)",
        _T,
        (DatedRate(RETAIL_PRICE_FROM, MilliPaise(0), BasisPoints(4000), BasisPoints(0), on_retail_price=True),),
    ),
    SeedTaxClass("clothes", "Clothes (5 %, above ₹2,500 18 %)", "कपड़े (5 %, ₹2,500 से ऊपर 18 %)", _T, _CLOTHES),
    SeedTaxClass("footwear", "Footwear (5 %, above ₹2,500 18 %)", "जूते-चप्पल (5 %, ₹2,500 से ऊपर 18 %)", _T, _FOOTWEAR),
)

# Where each is from, in the keys of this file's first lines.
SEED_SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "nil": "CGST Act s.2(47), schedules",
        "exempt": "2/2017, 10/2025",
        "non-gst": "CGST Act s.9(1), (2)",
        "gst-0.25": "1/2017, 9/2025",
        "gst-1.5": "6/2022, 9/2025 schedule VI; unconfirmed: the earlier rate and its dates",
        "gst-3": "1/2017, 9/2025",
        "gst-5": "1/2017, 9/2025",
        "gst-18": "1/2017, 9/2025",
        "gst-40": "1/2017, 9/2025",
        "gst-40-drinks": "1/2017, C1/2017 (12 % cess), 9/2025; unconfirmed: the earlier rate and its dates",
        "gst-12-5": "1/2017, 9/2025, 56th: ghee, butter, namkeen, juices",
        "gst-18-5": "1/2017, 9/2025, 56th: soap, shampoo, toothpaste, chocolate",
        "gst-12-18": "1/2017, 9/2025, 56th",
        "gst-28-18": "1/2017, 9/2025, 56th: televisions, air conditioners, cement",
        "gst-5-nil": "1/2017, 10/2025, 56th: UHT milk, packed paneer, roti, erasers",
        "gst-12-nil": "1/2017, 10/2025, 56th: pencils, exercise books, maps",
        "gst-18-nil": "1/2017, 10/2025, 56th: paratha",
        "gst-40-mrp": "19/2025, GSTN's advisory of 23-Jan-2026; not bidi. Days before 1-Feb-2026 had 28 % and cess by kind: not seeded",
        "clothes": "1/2017, 9/2025, 56th",
        "footwear": "21/2021, 9/2025, 56th",
    }
)
