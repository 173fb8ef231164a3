"""What the law and the portal say about e-way bills, as data with its day and its source. Amounts in paise. Checked 2026-11.

What is marked "not sure" was read where nobody vouches for it: it is shown to be checked, and decides nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from webapp.kernel.dates import IST


class Threshold(NamedTuple):
    """Above `paise` goods need an e-way bill, from `since` on. `state` is "" for every state; `is_within` for ways within it."""

    state: str
    since: date
    paise: int
    source: str
    is_within: bool
    is_sure: bool


_RULE, _ELSEWHERE = "CGST Rule 138(1)", "named for this state in many places; no list of today was found"
THRESHOLDS = (
    Threshold("", date(2018, 4, 1), 50_000_00, f"{_RULE}, Notification 15/2018-Central Tax", is_within=False, is_sure=True),
    Threshold("", date(2018, 6, 3), 50_000_00, f"{_RULE}; a state may say more", is_within=True, is_sure=False),
)
# What is often named for ways within a state. Shown beside the business's own amount, never used by itself.
HEARD: Mapping[str, Threshold] = MappingProxyType(
    {
        state: Threshold(state, date(2018, 6, 3), 1_00_000_00, _ELSEWHERE, is_within=True, is_sure=False)
        for state in ("03", "07", "08", "10", "20", "23", "27", "33")
    }
)

MODES: Mapping[str, str] = MappingProxyType({"1": "Road", "2": "Rail", "3": "Air", "4": "Ship", "5": "In transit"})
ROAD, SHIP, IN_TRANSIT = "1", "4", "5"
CANCEL_REASONS = ("1", "2", "3", "4")  # duplicate, order cancelled, data entry mistake, others: 2 and 3 are swapped against an e-invoice
VEHICLE_REASONS = ("1", "2", "3", "4")  # breakdown, transshipment, others, first time
FIRST_TIME = "4"
EXTENSION_REASONS = ("1", "2", "4", "5", "99")  # calamity, law and order, transshipment, accident, others

# Which documents go with which supply and sub-supply (codes 205 and 611 of the portal).
OUTWARD: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "1": frozenset({"INV", "BIL"}),
        "3": frozenset({"INV", "BIL"}),
        **dict.fromkeys(("4", "5", "10", "11", "12"), frozenset({"CHL"})),
        "8": frozenset({"CHL", "OTH"}),
        "9": frozenset({"INV", "BIL", "CHL"}),
    }
)
INWARD: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "1": frozenset({"INV", "BIL"}),
        "2": frozenset({"BOE"}),
        **dict.fromkeys(("5", "6", "7", "12"), frozenset({"CHL"})),
        "8": frozenset({"CHL", "OTH"}),
        "9": frozenset({"BOE", "INV", "BIL", "CHL"}),
    }
)

KM_A_DAY, KM_A_DAY_SLOW = 200, 20  # Rule 138(10); slow: over-dimensional cargo, or a way with a leg by ship
MOST_KM = 4000
MOST_KM_WITHIN_A_PIN = 100
NO_PART_B_KM = 50  # Rule 138(3), proviso: within the state, between the sender's or taker's place and the transporter's
CANCEL_WITHIN = timedelta(hours=24)
EXTEND_WITHIN = timedelta(hours=8)  # before and after it ends
LONGEST = timedelta(days=360)  # with every extension, from its day (NIC advisory of 17 December 2024, since 1 January 2025)
OLDEST = timedelta(days=180)  # of the document (the same)
LIMITS_SINCE = date(2025, 1, 1)
SHIP_TO_GSTIN_SINCE = date(2026, 8, 1)  # GSTN advisory of 9 June 2026; whether it went live then is to be checked
MOST_ITEMS = 250
RATES_BP = frozenset({0, 10, 25, 100, 150, 300, 500, 600, 750, 1200, 1800, 2800, 4000})


def threshold(own_paise: int | None, *, is_within: bool) -> Threshold:
    """The amount above which goods need an e-way bill: the business's own for ways within its state, where it has said one."""
    if is_within and own_paise is not None:
        return Threshold("", date(2018, 6, 3), own_paise, "as your settings say", is_within=True, is_sure=True)
    return next(one for one in THRESHOLDS if one.is_within == is_within)


def days_of(km: int, *, is_slow: bool) -> int:
    """How many days an e-way bill holds for a way: one for each 200 km or part of it; for each 20 km where it is slow."""
    step = KM_A_DAY_SLOW if is_slow else KM_A_DAY
    return max(1, -(-km // step))


def valid_until(begins_at: datetime, km: int, *, is_slow: bool = False) -> datetime:
    """When it ends: a "day" ends at midnight of the day after, so the last minute is 23:59 (Rule 138(10), explanation)."""
    last = begins_at.astimezone(IST) + timedelta(days=days_of(km, is_slow=is_slow))
    return last.replace(hour=23, minute=59, second=0, microsecond=0)


def may_cancel(made_at: datetime, now: datetime) -> bool:
    return now - made_at < CANCEL_WITHIN


def may_extend(valid_till: datetime, now: datetime) -> bool:
    return valid_till - EXTEND_WITHIN <= now <= valid_till + EXTEND_WITHIN
