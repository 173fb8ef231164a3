"""What the law and the portal say about e-invoices, as data with its day and its source. Turnover is in whole crore rupees.

"Turnover" is the aggregate turnover of the PAN in any year from 2017-18 on (CGST Rule 48(4)). Checked 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple


class Threshold(NamedTuple):
    """From `since` on the rule holds for a turnover of `crore` and more; `source` says it."""

    since: date
    crore: int
    source: str


# Who reports invoices at all. The last one reads "exceeds 5 crore".
EINVOICE = (
    Threshold(date(2020, 10, 1), 500, "Notification 61/2020-Central Tax"),
    Threshold(date(2021, 1, 1), 100, "Notification 88/2020-Central Tax"),
    Threshold(date(2021, 4, 1), 50, "Notification 5/2021-Central Tax"),
    Threshold(date(2022, 4, 1), 20, "Notification 1/2022-Central Tax"),
    Threshold(date(2022, 10, 1), 10, "Notification 17/2022-Central Tax"),
    Threshold(date(2023, 8, 1), 5, "Notification 10/2023-Central Tax"),
)
# Who must report within WINDOW_DAYS, the document's own day being the first: of 1 April until 30 April.
WINDOW = (
    Threshold(date(2023, 11, 1), 100, "GSTN advisory of 13 September 2023"),
    Threshold(date(2025, 4, 1), 10, "GSTN advisory of 5 November 2024"),
)
WINDOW_DAYS = 30
# Who prints a QR by which an unregistered customer can pay (a dynamic QR).
B2C_QR = (Threshold(date(2020, 12, 1), 500, "Notification 14/2020-Central Tax, Circulars 146 and 156"),)
# Six digits of HSN (Notification 78/2020-Central Tax), by the turnover of the year before.
SIX_DIGITS_CRORE = 5

# What a shop may say of its turnover: the least crore of each step.
TURNOVERS = (0, 5, 10, 20, 50, 100, 500)

CANCEL_WITHIN = timedelta(hours=24)
# From this day the portal writes a document's number in capitals before it makes the IRN (GSTN advisory of 4 April 2025).
CAPITALS_SINCE = date(2025, 6, 1)
MOST_ITEMS = 1000
# The portal keeps what it signed for so long (its error 2283): we keep it for ever, at once.

# Codes of the portal's cancellation. An e-way bill's own codes 2 and 3 mean the other way round.
CANCEL_REASONS: Mapping[str, str] = MappingProxyType(
    {"1": "Duplicate", "2": "Data entry mistake", "3": "Order cancelled", "4": "Other reason"}
)

# Rates the portal knows, in basis points: those of the schedules since 2017 (Notifications 1/2017 and 9/2025-Central Tax (Rate)), the
# tenth of a per cent for merchant exporters, and those of special schemes.
RATES_BP = frozenset({0, 10, 25, 100, 150, 300, 500, 600, 750, 1200, 1800, 2800, 4000})

# First three digits of the PIN codes of each state, from - to (India Post's directory, 2026-11). A state may share a range with its
# neighbour: the portal refuses a PIN of quite another state (2178), and so do we; what stands at a border is left to it.
PINS: Mapping[str, Sequence[tuple[int, int]]] = MappingProxyType(
    {
        "01": ((180, 194),),
        "02": ((140, 140), (160, 160), (171, 177)),
        "03": ((140, 160),),
        "04": ((140, 140), (160, 160)),
        "05": ((244, 263),),
        "06": ((121, 136), (140, 140), (160, 160)),
        "07": ((110, 110),),
        "08": ((301, 345),),
        "09": ((201, 285),),
        "10": ((800, 855),),
        "11": ((737, 737),),
        "12": ((782, 782), (786, 792)),
        "13": ((797, 798),),
        "14": ((795, 795),),
        "15": ((796, 796),),
        "16": ((799, 799),),
        "17": ((781, 783), (793, 794)),
        "18": ((781, 788), (793, 794)),
        "19": ((700, 743),),
        "20": ((800, 855),),
        "21": ((751, 770),),
        "22": ((490, 497),),
        "23": ((450, 488),),
        "24": ((360, 396),),
        "26": ((360, 396),),
        "27": ((400, 445),),
        "29": ((560, 591), (635, 635), (671, 671)),
        "30": ((403, 403),),
        "31": ((673, 673), (682, 682)),
        "32": ((670, 695),),
        "33": ((600, 643),),
        "34": ((533, 533), (605, 609), (673, 673)),
        "35": ((744, 744),),
        "36": ((500, 509), (533, 533)),
        "37": ((500, 535),),
        "38": ((194, 194),),
    }
)


def since(steps: Sequence[Threshold], turnover_crore: int) -> date | None:
    """The first day on which a rule holds for a turnover; None when it holds for none of its days."""
    return min((step.since for step in steps if turnover_crore >= step.crore), default=None)


def holds(steps: Sequence[Threshold], turnover_crore: int, day: date) -> bool:
    """Whether a rule holds on a day."""
    return any(step.since <= day and turnover_crore >= step.crore for step in steps)


def last_day(day: date) -> date:
    """The last day to report a document of this day, where the window holds."""
    return day + timedelta(days=WINDOW_DAYS - 1)


def pin_fits(pin: int, state_code: str) -> bool:
    """Whether a PIN may belong to a state. Of a state that has no list (97, other territory) every PIN does."""
    ranges = PINS.get(state_code)
    return ranges is None or any(low <= pin // 1000 <= high for low, high in ranges)
