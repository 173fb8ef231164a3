"""What pages ask of this room, as frozen values."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from webapp.ewaybills.rules import Road
from webapp.ewaybills.values import Carriage, Site
from webapp.kernel.records import dataclass


@dataclass(frozen=True, slots=True)
class SetUp:
    """How a GSTIN makes e-way bills. `begins_on` None switches it off. A secret left empty stays as it is kept."""

    gstin: str
    version: int  # what the form was drawn from; 0: nothing was kept yet
    begins_on: date | None
    road: Road
    own_paise: int | None = None  # for ways within the state; None: the rule's amount, to be checked
    is_sandbox: bool = False
    base_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    user_name: str = ""
    password: str = ""
    portal_key: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """How the goods of a document travel, and what for. `sub_supply` "" keeps the one that follows from the document."""

    version: int
    carriage: Carriage
    sub_supply: str = ""
    sub_words: str = ""
    dispatch: Site | None = None
    ship: Site | None = None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """Part B, or another vehicle on the way."""

    mode: str
    vehicle: str
    place: str
    state_code: str
    reason: str
    remark: str
    trans_doc_no: str = ""
    trans_doc_date: date | None = None
    vehicle_type: str = "R"


@dataclass(frozen=True, slots=True)
class Extension:
    """More days, from where the goods are now. `is_moving` False: they stand in a store on the way (`stands_in` R road, W, O)."""

    place: str
    state_code: str
    pin: str
    km_left: int
    reason: str
    remark: str
    mode: str
    vehicle: str = ""
    trans_doc_no: str = ""
    trans_doc_date: date | None = None
    is_moving: bool = True
    stands_in: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel an e-way bill: the portal's code of the reason, and a remark. `is_done`: it was cancelled on the portal's own pages."""

    reason: str
    remark: str
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """An e-way bill that was made elsewhere: on the portal's own pages, or by another program."""

    number: str
    made_at: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class PutTogether:
    """A consolidated e-way bill: our own e-way bills by their documents, others' by their numbers, and the vehicle that takes them all."""

    id: UUID
    document_ids: tuple[UUID, ...]
    numbers: tuple[str, ...]
    mode: str
    vehicle: str
    place: str
    state_code: str
    trans_doc_no: str = ""
    trans_doc_date: date | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """Goods go on in several vehicles: so much of a unit (`qty` in thousandths), from where they are to where they go."""

    mode: str
    place: str
    state_code: str
    to_place: str
    to_state: str
    qty: int
    unit: str
    reason: str
    remark: str


@dataclass(frozen=True, slots=True)
class Load:
    """One of the vehicles, and how much it takes (thousandths)."""

    group_no: int
    vehicle: str
    trans_doc_no: str
    trans_doc_date: date | None
    qty: int


@dataclass(frozen=True, slots=True)
class Reload:
    """Another vehicle in the place of the one of a line."""

    group_no: int
    line_no: int
    vehicle: str
    trans_doc_no: str
    place: str
    state_code: str
    reason: str
    remark: str
