"""What a supply under s.9(5) must say, and what its tax is. Pure.

[9(5)]  CGST Act s.9(5), IGST Act s.5(5): the operator pays the tax of notified services as if it were their supplier
[17]    Notification 17/2017-Central Tax (Rate) with its amendments, 17/2021 (restaurants, from 1-Jan-2022): which services; that a service
        is among them is for whoever enters it to know
[TOOL]  GSTN's Returns Offline Tool V3.2.4: rates, numbers, the types of document of table 15, and that a row whose supplier is the filer
        itself is dropped without a word
[SEZ]   A supply to a unit or developer in an SEZ is inter-State wherever it is made (IGST Act s.7(5)(b)) and zero-rated (s.16(1)(b)): on
        payment of IGST, or without any tax under a letter of undertaking (s.16(3), Rule 96A). The operator is its supplier (s.9(5))
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from webapp.kernel.dates import written
from webapp.kernel.errors import InvalidInput
from webapp.kernel.money import MOST_PAISE
from webapp.kernel.posting import Slip, credit, debit
from webapp.kernel.records import dataclass
from webapp.tax.rules import STATES, Supply, check_gstin, state_of_gstin, supply_between
from webapp.tax.states import OTHER_COUNTRY
from webapp.tax.uncharged import NO_TAX, TaxOn, tax_on

GST_BEGAN = date(2017, 7, 1)
RATES_BP = (10, 25, 100, 150, 300, 500, 600, 750, 1200, 1800, 2800, 4000)  # [TOOL]; what bears nothing owes nothing under s.9(5)
NUMBER = re.compile(r"[A-Z0-9\-/]{1,16}")  # Rule 46(b), and [TOOL]
_NOUGHT = re.compile(r"[0/\-]*")
MOST_NAME = 99
MOST_LUT = 100
REGULAR, SEZ_PAID, SEZ_UNPAID, DEEMED_EXPORT = "R", "SEWP", "SEWOP", "DE"
# As table 15 of the portal's template writes them [TOOL]; its other half of a word, "Regular B2B", is of table 4.
DOCUMENT_TYPES = {
    REGULAR: "Regular",
    SEZ_PAID: "SEZ supplies with payment",
    SEZ_UNPAID: "SEZ supplies without payment",
    DEEMED_EXPORT: "Deemed Exp",
}


@dataclass(frozen=True, slots=True)
class SupplyDraft:
    """A supply as typed. `gstin` is ours; a supplier or recipient without one has ''. `id` is made by the form. `lut_number` is that of
    the letter of undertaking under which an SEZ is supplied without tax."""

    id: UUID
    gstin: str
    number: str
    day: date
    supplier_gstin: str
    supplier_name: str
    recipient_gstin: str
    recipient_name: str
    place: str
    rate_bp: int
    taxable: int
    cess: int
    document_type: str = REGULAR
    lut_number: str = ""

    @property
    def supply(self) -> Supply:
        """Within the state of our registration, between states, or without tax to an SEZ [SEZ]."""
        to_sez, unpaid = self.document_type in (SEZ_PAID, SEZ_UNPAID), self.document_type == SEZ_UNPAID
        return supply_between(state_of_gstin(self.gstin) or "", self.place, to_sez=to_sez, zero_rated=unpaid)

    @property
    def tax(self) -> TaxOn:
        """The tax that the operator pays: by rate, as the portal works it out; cess as typed; none to an SEZ without payment."""
        if self.supply is Supply.ZERO_RATED:
            return NO_TAX
        return tax_on(self.taxable, self.rate_bp, 0, self.supply)._replace(cess=self.cess)  # type: ignore[arg-type]

    @property
    def sha256(self) -> str:
        own = ("id", "day", "document_type", "lut_number")
        said = [getattr(self, name) for name in self.__slots__ if name not in own]
        if self.document_type != REGULAR:  # a regular one says what it said before there were others
            said += [self.document_type, self.lut_number]
        return hashlib.sha256(json.dumps([*said, self.day.isoformat()]).encode()).hexdigest()


def require_supply(draft: SupplyDraft, today: date) -> None:
    """InvalidInput beside each field that the portal would refuse, or that cannot be."""
    errors = _of_document(draft, today)
    for name in ("supplier_gstin", "recipient_gstin"):
        if problem := _gstin_problem(getattr(draft, name), draft.gstin):
            errors[name] = problem
    for name in ("supplier_name", "recipient_name"):
        if len(getattr(draft, name)) > MOST_NAME:
            errors[name] = f"Type at most {MOST_NAME} characters."
    if draft.rate_bp not in RATES_BP:
        errors["rate"] = "Choose a rate of GST."
    if not 0 < draft.taxable < MOST_PAISE:
        errors["taxable"] = "Type the value without tax, more than 0."
    if not 0 <= draft.cess < MOST_PAISE:
        errors["cess"] = "Type the cess, or leave it empty."
    errors |= _of_type(draft, errors)
    if errors:
        raise InvalidInput(errors)
    if not draft.tax.total and draft.supply is not Supply.ZERO_RATED:
        raise InvalidInput({"taxable": "This value is too small to bear tax."})


def _of_document(draft: SupplyDraft, today: date) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not NUMBER.fullmatch(draft.number) or _NOUGHT.fullmatch(draft.number):
        errors["number"] = "Type its number: at most 16 letters, digits, - and /."
    if draft.day > today:
        errors["day"] = f"{written(draft.day)} has not come yet."
    elif draft.day < GST_BEGAN:
        errors["day"] = "GST began on 01-Jul-2017."
    if draft.place not in STATES or draft.place == OTHER_COUNTRY:
        errors["place"] = "Choose the state where it is supplied."
    return errors


def _of_type(draft: SupplyDraft, found: Mapping[str, str]) -> dict[str, str]:
    """What a type of document asks for, as for the bills of tables 6B and 6C: a recipient with a GSTIN; without payment, a letter of
    undertaking and no cess."""
    errors: dict[str, str] = {}
    if draft.document_type not in DOCUMENT_TYPES:
        words = ", ".join(DOCUMENT_TYPES.values())
        return {"document_type": f"Choose a type of document: {words}."}
    if draft.document_type != REGULAR and not draft.recipient_gstin and "recipient_gstin" not in found:
        errors["recipient_gstin"] = "A unit or developer in an SEZ, and the buyer of a deemed export, has a GSTIN. Type it."
    if draft.document_type != SEZ_UNPAID:
        if draft.lut_number:
            errors["lut_number"] = "Only a supply to an SEZ without payment of tax is under a letter of undertaking."
        return errors
    if not draft.lut_number:
        errors["lut_number"] = "Type the number of the letter of undertaking, or choose payment of tax."
    elif len(draft.lut_number) > MOST_LUT:
        errors["lut_number"] = f"Type at most {MOST_LUT} characters."
    if draft.cess and "cess" not in found:
        errors["cess"] = "A supply without payment of tax bears no cess either. Leave it empty."
    return errors


def _gstin_problem(text: str, own: str) -> str:
    if not text:
        return ""
    if text == own:
        return "This is your own GSTIN: what you sell yourself is a bill. The portal drops such a row."
    try:
        check_gstin(text)
    except ValueError as error:
        return str(error)
    return ""


def slip_of(tax: TaxOn, account_id: UUID, output: dict[str, UUID]) -> Slip:
    """Dr the account of settlements, for the tax was collected with the price; Cr output tax by head."""
    lines = [debit(account_id, tax.total)]
    lines += [credit(output[head], amount) for head, amount in tax._asdict().items() if amount]
    return Slip(tuple(lines))
