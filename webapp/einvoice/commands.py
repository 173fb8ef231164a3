"""What pages ask of this room, as frozen values."""

from __future__ import annotations

from datetime import date

from webapp.einvoice.rules import Road
from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class SetUp:
    """How a GSTIN is to report. `begins_on` None switches it off. A secret left empty stays as it is kept."""

    gstin: str
    version: int  # what the form was drawn from; 0: nothing was kept yet
    begins_on: date | None
    turnover_crore: int
    road: Road
    base_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    user_name: str = ""
    password: str = ""
    portal_key: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel an e-invoice: the portal's code of the reason, and a remark. `is_done` says that it was cancelled on the portal's own
    pages."""

    reason: str
    remark: str
    is_done: bool = False
