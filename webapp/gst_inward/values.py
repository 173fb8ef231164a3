"""What other rooms are told of a month: the credit that suppliers told of, and how each of our bills stands in it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from uuid import UUID

from webapp.gst_returns import Taxes
from webapp.kernel.records import dataclass

NOTHING = Taxes()


class CreditKind(StrEnum):
    """The rows of table 4A of GSTR-3B that suppliers and customs tell of."""

    IMPG = "IMPG"  # goods imported from abroad
    SEZ = "SEZ"  # goods that came out of an SEZ on a bill of entry
    ISRC = "ISRC"  # inward supplies on which we pay the tax ourselves
    ISD = "ISD"  # shared out by an input service distributor
    OTH = "OTH"  # everything else


class Action(StrEnum):
    """What was decided of a document, as the portal's Invoice Management System has it. NONE counts as accepted there."""

    NONE = "N"
    ACCEPT = "A"
    REJECT = "R"
    PENDING = "P"


@dataclass(frozen=True, slots=True)
class Filing:
    """Whether the GSTR-3B behind a bill is filed, and the last day on which a file said so."""

    is_filed: bool
    known_on: date


@dataclass(frozen=True, slots=True)
class CreditOfKind:
    """One kind of credit of a month, in paise. Every figure is above or at nothing, but for amendments downward.

    `available` is invoices and debit notes whose credit the portal calls available, before credit notes; `reversed` what suppliers' credit
    notes take away of it (as declared, where less was declared on accepting one); `unavailable` by the portal's reason: P the place of
    supply is another state, C the supplier told it after the time of s.16(4), "" for none given. `rejected` and `pending` were taken out by
    a decision and stand in none of the others; a credit note counts there below nothing.
    """

    available: Taxes = NOTHING
    reversed: Taxes = NOTHING
    unavailable: Mapping[str, Taxes] = field(default_factory=dict)
    rejected: Taxes = NOTHING
    pending: Taxes = NOTHING

    @property
    def net(self) -> Taxes:
        """Available less reversed."""
        return self.available.plus(self.reversed, -1)


@dataclass(frozen=True, slots=True)
class CreditTold:
    """What the GSTR-2B of a month says of credit, with our decisions. `is_imported`: a GSTR-2B of the month stands here; without one
    everything is nothing. `generated_on` is the day the portal made it."""

    gstin: str
    month: int
    is_imported: bool
    generated_on: date | None
    kinds: Mapping[CreditKind, CreditOfKind]

    def of(self, kind: CreditKind) -> CreditOfKind:
        return self.kinds.get(kind, CreditOfKind())


@dataclass(frozen=True, slots=True)
class MatchState:
    """How one of our purchase bills (or debit notes) was told by its supplier.

    `month` (202611) is of the GSTR-2B that told it first. `stage` is how the two were matched, see matching.Stage; `differs` whether the
    figures are not the same within the tolerance. `is_available`: the portal calls its credit available; `reason` P or C where not.
    """

    bill_id: UUID
    month: int
    stage: str
    action: Action
    differs: bool
    is_available: bool
    reason: str
    told: Taxes

    @property
    def is_accepted(self) -> bool:
        """Accepted, or deemed so because nothing was decided."""
        return self.action in (Action.ACCEPT, Action.NONE)
