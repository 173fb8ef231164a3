"""What the law and the portal say of GSTR-1, each with the period it holds from and where it stands. Pure.

[37]      CGST Act s.37, CGST Rules r.59: details of outward supplies
[12/2024] Notification 12/2024-Central Tax of 10-Jul-2024: rule 59(4), Rs 1,00,000 in place of Rs 2,50,000 from 1-Aug-2024
[78/2020] Notification 78/2020-Central Tax: digits of HSN from 1-Apr-2021
[T12]     GSTN advisory on table 12, third phase: codes chosen from a list, tables for B2B and B2C apart, from May 2025
[IFF]     CGST Rules r.59(2): invoice furnishing facility of a quarterly filer, from 1-Jan-2021
[1A]      Notification 12/2024-Central Tax, proviso to rule 59(1): GSTR-1A, from the period July 2024
[TOOL]    GSTN's Returns Offline Tool V3.2.4: shape, order of keys and limits of the file
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

VERSION = "GST3.2.4"  # [TOOL]
GST_BEGAN = date(2017, 7, 1)
IFF_BEGAN = 202101  # [IFF]
GSTR1A_BEGAN = 202407  # [1A]
HSN_SPLIT_FROM = 202505  # [T12]
HSN_MANDATORY_FROM = 202104  # [78/2020]
MOST_PART_BYTES = 4_928_307  # [TOOL]: 4.7 MiB, measured as the tool measures
# [IFF], [TOOL]. Of table 15 the documents alone: the tool would take its sums too, which are told with the quarter here.
IFF_SECTIONS = ("b2b", "b2ba", "cdnr", "cdnra", "ecomb2b", "ecomurp2b", "ecomab2b", "ecomaurp2b")
# [37] read with s.37(3): mistakes may be put right until 30 November after the financial year.
LAST_AMENDMENT_MONTH, LAST_AMENDMENT_DAY = 11, 30
# [TOOL]: rates the portal takes, in basis points.
RATES_BP = (0, 10, 25, 100, 150, 300, 500, 600, 750, 1200, 1800, 2800, 4000)
# [TOOL]: unit quantity codes of table 12; NA is for services.
_UNITS = """BAG BAL BDL BKL BOU BOX BTL BUN CAN CBM CCM CMS CTN DOZ DRM GGK GMS GRS GYD KGS KLR KME LTR MLT MTR MTS NOS PAC PCS PRS QTL ROL
    SET SQF SQM SQY TBS TGM THD TON TUB UGS UNT YDS OTH"""
UNITS = frozenset(_UNITS.split())
# [TOOL]: the natures of table 13 in their order; a nature's number in the file is its place here.
DOCUMENT_NATURES = (
    "Invoices for outward supply",
    "Invoices for inward supply from unregistered person",
    "Revised Invoice",
    "Debit Note",
    "Credit Note",
    "Receipt Voucher",
    "Payment Voucher",
    "Refund Voucher",
    "Delivery Challan for job work",
    "Delivery Challan for supply on approval",
    "Delivery Challan in case of liquid gas",
    "Delivery Challan in case other than by way of supply (excluding at S no. 9 to 11)",
)
NUMBER = re.compile(r"[a-zA-Z0-9\-/]{1,16}")  # Rule 46(b), and [TOOL]
UNTOLD = re.compile(r"[^ A-Za-z0-9_@./&-]")  # [TOOL]: signs that a description of table 12 may not hold
NOUGHT = re.compile(r"[0/\-]*")  # [TOOL] takes no number that is nothing but noughts


class LargeLimit(NamedTuple):
    """Above which value a sale between states to an unregistered buyer is told by itself (table 5), from a period on."""

    from_period: int
    limit_paise: int
    source: str


LARGE_LIMITS = (LargeLimit(201707, 2_50_000_00, "Rule 59(4)"), LargeLimit(202408, 1_00_000_00, "Notification 12/2024-Central Tax"))


def large_limit(month: int) -> int:
    """The value that table 5 begins above, in paise, for supplies of a month (202408)."""
    return next(row.limit_paise for row in reversed(LARGE_LIMITS) if row.from_period <= max(month, LARGE_LIMITS[0].from_period))


def hsn_digits(month: int, *, is_over_5_crore: bool) -> int:
    """How many digits of HSN table 12 wants at least: 4, or 6 above Rs 5 crore of turnover in the year before; none before April 2021."""
    if month < HSN_MANDATORY_FROM:
        return 0
    return 6 if is_over_5_crore else 4
