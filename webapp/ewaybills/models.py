"""How a registration makes its e-way bills, how each stands with the portal, who carries the goods, and what travels in one vehicle."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKeyConstraint, Index, exists
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform import sealing
from webapp.platform.db import Base, rows_where
from webapp.platform.reach import Stores, StoreScoped, apart, through
from webapp.platform.tenancy import CompanyScoped


class EwaybillRegistration(CompanyScoped, Base):
    """What a GSTIN of the business tells the portal. `begins_on` is the day of the first document; None: switched off.

    `own_paise` is the amount above which goods within the state need one, as the business has found it to be. `secrets` and `session`
    are sealed (webapp.platform.sealing). `is_sandbox`: the portal's own test GSTINs are let through.
    """

    __tablename__ = "ewaybill_registration"

    gstin: Mapped[str] = mapped_column(primary_key=True)
    begins_on: Mapped[date | None]
    own_paise: Mapped[int | None]
    road: Mapped[str]
    is_sandbox: Mapped[bool] = mapped_column(default=False)
    base_url: Mapped[str] = mapped_column(default="")
    client_id: Mapped[str] = mapped_column(default="")
    user_name: Mapped[str] = mapped_column(default="")
    secrets: Mapped[str] = mapped_column(default="", info=sealing.kept_for("ewaybill {company_id} {gstin}"))
    portal_key: Mapped[str] = mapped_column(default="")  # PEM, what the portal's sign-in is encrypted for
    session: Mapped[str] = mapped_column(default="", info=sealing.kept_for("ewaybill {company_id} {gstin}"))
    session_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)  # raised by each edit; a stale form is refused
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("road in ('file', 'nic', 'gsp')", name="road_known"),
        CheckConstraint("road = 'file' or (base_url <> '' and client_id <> '' and user_name <> '')", name="road_complete"),
        CheckConstraint("own_paise is null or own_paise >= 0", name="own_not_negative"),
    )


class Ewaybill(CompanyScoped, StoreScoped, Base):
    """A document whose goods travel, and its e-way bill (webapp.ewaybills.rules State). One row for each document.

    `reason` says whether it needs one (rules.Reason; `needed` also where a person chose it). What of the carriage was typed stands here;
    `asked` is what the portal is being told about a bill that is made: its verb and its payload; empty: nothing. `tries` counts how often
    it left, `next_at` when it may again.
    """

    __tablename__ = "ewaybill"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]  # webapp.ewaybills.values Kind
    gstin: Mapped[str]
    store_id: Mapped[UUID]
    doc_type: Mapped[str]
    number: Mapped[str]
    day: Mapped[date]
    party_name: Mapped[str]
    total_paise: Mapped[int]
    is_outward: Mapped[bool]
    reason: Mapped[str]
    state: Mapped[str]
    ewb_no: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    extended: Mapped[int] = mapped_column(default=0)
    sub_supply: Mapped[str] = mapped_column(default="")
    sub_words: Mapped[str] = mapped_column(default="")
    distance_km: Mapped[int] = mapped_column(default=0)
    mode: Mapped[str] = mapped_column(default="")
    vehicle: Mapped[str] = mapped_column(default="")
    vehicle_type: Mapped[str] = mapped_column(default="R")
    transporter_id: Mapped[str] = mapped_column(default="")
    transporter_name: Mapped[str] = mapped_column(default="")
    trans_doc_no: Mapped[str] = mapped_column(default="")
    trans_doc_date: Mapped[date | None]
    dispatch: Mapped[dict[str, Any]]  # a Site, or {}
    ship: Mapped[dict[str, Any]]
    asked: Mapped[dict[str, Any]]
    code: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    fix: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)  # raised by each edit of the details; a stale form is refused
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "gstin"], ["ewaybill_registration.company_id", "ewaybill_registration.gstin"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("ix_ewaybill_day", "company_id", "day", "document_id"),
        Index("ix_ewaybill_state", "company_id", "state", "day"),
        Index("ix_ewaybill_number", "company_id", "ewb_no"),
        CheckConstraint(
            "state in ('waiting', 'sent', 'failed', 'part_a', 'active', 'cancelled', 'closed', 'not_needed')", name="state_known"
        ),
        CheckConstraint("kind in ('invoice', 'order_document', 'transfer', 'purchase_bill', 'consignment_return')", name="kind_known"),
        CheckConstraint(
            "(state in ('part_a', 'active', 'cancelled', 'closed')) = (ewb_no <> '' and made_at is not null)", name="numbered_when_made"
        ),
        CheckConstraint("state <> 'active' or valid_until is not null", name="active_has_its_end"),
        CheckConstraint("(state = 'cancelled') = (cancelled_at is not null)", name="cancelled_has_its_time"),
        CheckConstraint("state <> 'failed' or (problem <> '' and fix <> '')", name="failed_says_why"),
        CheckConstraint("distance_km between 0 and 4000", name="distance_known"),
    )


class Transporter(CompanyScoped, Base):
    """Who carries goods for the business: his GSTIN, or the TRANSIN of one without, and his name."""

    __tablename__ = "ewaybill_transporter"

    transporter_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("length(transporter_id) = 15 and name <> ''", name="named"),)


class Trip(CompanyScoped, StoreScoped, Base):
    """A consolidated e-way bill: several e-way bills that travel in one vehicle (CGST Rule 138(6)). States: rules.TripState.

    `number` is the portal's (ten digits); with another vehicle the portal may give another one. `asked` is the change the portal is being
    told of: its payload; empty: nothing. `store_id` is the store of the first of our own e-way bills in it.
    """

    __tablename__ = "ewaybill_trip"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    gstin: Mapped[str]
    store_id: Mapped[UUID]
    day: Mapped[date]
    state: Mapped[str]
    number: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime | None]
    mode: Mapped[str]
    vehicle: Mapped[str] = mapped_column(default="")
    trans_doc_no: Mapped[str] = mapped_column(default="")
    trans_doc_date: Mapped[date | None]
    place: Mapped[str]
    state_code: Mapped[str]
    asked: Mapped[dict[str, Any]]
    code: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    fix: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)  # raised by each change; a stale form is refused
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "gstin"], ["ewaybill_registration.company_id", "ewaybill_registration.gstin"]),
        ForeignKeyConstraint(["company_id", "store_id"], ["store.company_id", "store.id"]),
        Index("ix_ewaybill_trip_day", "company_id", "day", "id"),
        Index("uq_ewaybill_trip_number", "company_id", "number", unique=True, **rows_where("number <> ''")),
        CheckConstraint("state in ('waiting', 'sent', 'failed', 'made', 'withdrawn')", name="state_known"),
        CheckConstraint("(state = 'made') = (number <> '' and made_at is not null)", name="numbered_when_made"),
        CheckConstraint("state <> 'failed' or (problem <> '' and fix <> '')", name="failed_says_why"),
        CheckConstraint("vehicle <> '' or trans_doc_no <> ''", name="carried"),
    )


class TripPart(CompanyScoped, StoreScoped, Base):
    """One e-way bill of a consolidated one: ours by its document, or another's by its number alone."""

    __tablename__ = "ewaybill_trip_part"

    trip_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    ewb_no: Mapped[str]
    document_id: Mapped[UUID | None]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "trip_id"], ["ewaybill_trip.company_id", "ewaybill_trip.id"]),
        ForeignKeyConstraint(["company_id", "document_id"], ["ewaybill.company_id", "ewaybill.document_id"]),
        Index("uq_ewaybill_trip_part_once", "company_id", "trip_id", "ewb_no", unique=True),
        Index("ix_ewaybill_trip_part_number", "company_id", "ewb_no"),
        CheckConstraint("length(ewb_no) = 12", name="number_whole"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        """Those of the trips of these stores."""
        return through(cls, cls.trip_id, Trip, stores)


class Group(CompanyScoped, StoreScoped, Base):
    """Goods of one e-way bill that go on in several vehicles from a place on their way. `group_no` is the portal's.

    `qty` is how much of `unit` goes on, in thousandths; the vehicles never take more than that.
    """

    __tablename__ = "ewaybill_group"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    group_no: Mapped[int] = mapped_column(primary_key=True)
    mode: Mapped[str]
    from_place: Mapped[str]
    from_state: Mapped[str]
    to_place: Mapped[str]
    to_state: Mapped[str]
    qty: Mapped[int]
    unit: Mapped[str]
    made_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["company_id", "document_id"], ["ewaybill.company_id", "ewaybill.document_id"]),
        CheckConstraint("qty > 0 and group_no > 0", name="something_moves"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        """Those of documents of these stores."""
        return _with_document(cls, stores)


class GroupVehicle(CompanyScoped, StoreScoped, Base):
    """One vehicle of such a group, or its transport document, and how much it takes (thousandths of the group's unit)."""

    __tablename__ = "ewaybill_group_vehicle"

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    group_no: Mapped[int] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    vehicle: Mapped[str]
    trans_doc_no: Mapped[str]
    qty: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(
            ["company_id", "document_id", "group_no"],
            ["ewaybill_group.company_id", "ewaybill_group.document_id", "ewaybill_group.group_no"],
        ),
        CheckConstraint("qty > 0", name="takes_something"),
        CheckConstraint("vehicle <> '' or trans_doc_no <> ''", name="carried"),
    )

    @classmethod
    def of_stores(cls, stores: Stores) -> ColumnElement[bool]:
        """Those of documents of these stores."""
        return _with_document(cls, stores)


def _with_document(model: Any, stores: Stores) -> ColumnElement[bool]:
    other = apart(Ewaybill)
    of_it = (other.c.company_id == model.company_id, other.c.document_id == model.document_id)
    return exists().where(*of_it, other.c.store_id.in_(stores))
