"""Lists of codes that a company brings in: the portal's HSN and SAC codes, and the ports."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.platform.db import Base
from webapp.platform.tenancy import CompanyScoped


class GstMaster(CompanyScoped, Base):
    """A list as it was last brought in: from which file, by whom, and how many codes it holds."""

    __tablename__ = "gst_master"

    kind: Mapped[str] = mapped_column(primary_key=True)  # hsn, port
    file_name: Mapped[str]
    sha256: Mapped[str]
    codes: Mapped[int]
    imported_by: Mapped[str]
    imported_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("kind in ('hsn', 'port')", name="kind_known"),
        CheckConstraint("codes > 0", name="codes_positive"),
    )


class GstMasterPart(CompanyScoped, Base):
    """The codes of a list that begin with the same two signs (a chapter of the tariff, a country), a line each: the code, a tab, and the
    official words as a JSON text.

    A chapter and not a code is a row: the portal's 22,000 codes are a hundred rows, replaced in one short transaction while tills bill,
    and read whole for a search.
    """

    __tablename__ = "gst_master_part"

    kind: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]

    __table_args__ = (ForeignKeyConstraint(["company_id", "kind"], ["gst_master.company_id", "gst_master.kind"]),)
