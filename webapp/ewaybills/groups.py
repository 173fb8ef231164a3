"""Goods of one e-way bill that go on in several vehicles: from a place on their way a part in each, never more than the whole.

Told to the portal as everything of an e-way bill that stands (`telling`): begun (MULTIVEHMOVINT), each vehicle added (MULTIVEHADD) or
changed (MULTIVEHUPD). Source: docs.ewaybillgst.gov.in, version 1.03, and public clients of it; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from webapp.ewaybills import codes, law, service
from webapp.ewaybills.commands import Load, Reload, Split
from webapp.ewaybills.models import Group, GroupVehicle
from webapp.ewaybills.payload import day_of
from webapp.ewaybills.queries import EwaybillRow
from webapp.ewaybills.rules import State, Verb
from webapp.ewaybills.telling import TooLate, made, remark_of, require_road, wrong_place, wrong_way
from webapp.kernel.errors import Conflict, InvalidInput, NotFound
from webapp.kernel.records import dataclass
from webapp.platform import audit
from webapp.platform.tenancy import Books
from webapp.tax.states import OTHER_COUNTRY, STATES

_MOST_GROUP = 10_000


@dataclass(frozen=True, slots=True)
class VehicleRow:
    """One vehicle of a group; `qty` in thousandths."""

    line_no: int
    vehicle: str
    trans_doc_no: str
    qty: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A movement in several vehicles (models.Group), with those named so far."""

    group_no: int
    mode: str
    from_place: str
    from_state: str
    to_place: str
    to_state: str
    qty: int
    unit: str
    made_at: datetime
    vehicles: tuple[VehicleRow, ...]

    @property
    def left(self) -> int:
        """How much no vehicle takes yet."""
        return self.qty - sum(one.qty for one in self.vehicles)


def groups_of(books: Books, document_id: UUID) -> list[GroupRow]:
    """The movements of an e-way bill in several vehicles, in their order."""
    names = ("group_no", "mode", "from_place", "from_state", "to_place", "to_state", "qty", "unit", "made_at")
    query = select(*(getattr(Group, name) for name in names)).where(Group.document_id == document_id).order_by(Group.group_no)
    found = books.session.execute(query).all()
    if not found:
        return []
    lines = select(GroupVehicle.group_no, GroupVehicle.line_no, GroupVehicle.vehicle, GroupVehicle.trans_doc_no, GroupVehicle.qty)
    rows = books.session.execute(lines.where(GroupVehicle.document_id == document_id).order_by(GroupVehicle.line_no)).all()
    return [
        GroupRow(**dict(zip(names, one, strict=True)), vehicles=tuple(VehicleRow(*row[1:]) for row in rows if row[0] == one[0]))
        for one in found
    ]


def units_of(books: Books, row: EwaybillRow) -> dict[str, int]:
    """How much of each unit may go on, in thousandths: of its goods, or of what went on last, whose unit holds from then on."""
    if before := groups_of(books, row.document_id):
        return {before[-1].unit: before[-1].qty}
    _found, goods = service.goods_of(books, row)
    found: dict[str, int] = {}
    for line in goods.lines:
        if not line.is_service and line.qty:
            found[line.unit] = found.get(line.unit, 0) + line.qty
    return found


# What a person asks ------------------------------------------------------------------------------------------------------


def ask_split(books: Books, document_id: UUID, asked: Split) -> None:
    """Goods go on in several vehicles. InvalidInput by field; TooLate for an e-way bill that has ended; BooksError by hand."""
    row = _that_holds(books, document_id)
    units = units_of(books, row)
    errors = wrong_place(asked.place, asked.state_code)
    if asked.mode not in law.MODES or asked.mode == law.IN_TRANSIT:
        errors["mode"] = codes.meaning("220").fix
    if not remark_of(asked.to_place):
        errors["to_place"] = "Type the place to which they go."
    if asked.to_state not in STATES or asked.to_state == OTHER_COUNTRY:
        errors["to_state"] = "Choose the state to which they go."
    if asked.unit not in units:
        errors["unit"] = codes.meaning("399").fix
    if asked.qty <= 0:
        errors["qty"] = "Type how much goes on."
    elif asked.qty > units.get(asked.unit, asked.qty):
        errors["qty"] = f"At most {_written(units[asked.unit])} {asked.unit} can go on: that is the whole."
    errors |= _wrong_reason(asked.reason, asked.remark)
    if errors:
        raise InvalidInput(errors)
    payload = {
        "ewbNo": int(row.ewb_no),
        "reasonCode": asked.reason,
        "reasonRem": remark_of(asked.remark),
        "fromPlace": remark_of(asked.place),
        "fromState": int(asked.state_code),
        "toPlace": remark_of(asked.to_place),
        "toState": int(asked.to_state),
        "transMode": asked.mode,
        "totalQuantity": asked.qty,
        "unitCode": asked.unit,
    }
    service.tell(books, row, Verb.SPLIT, payload)


def ask_load(books: Books, document_id: UUID, asked: Load) -> None:
    """One of the vehicles, with its part of the whole. InvalidInput by field; NotFound for a movement that has not begun."""
    row = _that_holds(books, document_id)
    group = _group(books, document_id, asked.group_no)
    errors = _wrong_carrier(group, asked.vehicle, asked.trans_doc_no)
    if asked.qty <= 0:
        errors["qty"] = codes.meaning("402").fix
    elif asked.qty > group.left:
        errors["qty"] = (
            f"{_written(group.left)} {group.unit} are left of {_written(group.qty)}: the vehicles never take more than the whole."
        )
    if asked.trans_doc_date and asked.trans_doc_date < row.day:
        errors["trans_doc_date"] = codes.meaning("362").problem
    if errors:
        raise InvalidInput(errors)
    payload = {
        "ewbNo": int(row.ewb_no),
        "groupNo": str(group.group_no),
        "vehicleNo": asked.vehicle,
        "transDocNo": asked.trans_doc_no,
        "transDocDate": day_of(asked.trans_doc_date) if asked.trans_doc_date else "",
        "quantity": asked.qty,
    }
    service.tell(books, row, Verb.LOAD, payload)


def ask_reload(books: Books, document_id: UUID, asked: Reload) -> None:
    """Another vehicle in the place of one. InvalidInput by field; NotFound for a vehicle that is not in the movement."""
    row = _that_holds(books, document_id)
    group = _group(books, document_id, asked.group_no)
    old = next((one for one in group.vehicles if one.line_no == asked.line_no), None)
    if old is None:
        raise NotFound("vehicle")
    errors = _wrong_carrier(group, asked.vehicle, asked.trans_doc_no)
    errors |= wrong_place(asked.place, asked.state_code) | _wrong_reason(asked.reason, asked.remark)
    if errors:
        raise InvalidInput(errors)
    payload = {
        "ewbNo": int(row.ewb_no),
        "groupNo": str(group.group_no),
        "oldvehicleNo": old.vehicle,
        "newVehicleNo": asked.vehicle,
        "oldTranNo": old.trans_doc_no,
        "newTranNo": asked.trans_doc_no,
        "fromPlace": remark_of(asked.place),
        "fromState": int(asked.state_code),
        "reasonCode": asked.reason,
        "reasonRem": remark_of(asked.remark),
    }
    service.tell(books, row, Verb.RELOAD, payload)


def _that_holds(books: Books, document_id: UUID) -> EwaybillRow:
    row = made(books, document_id)
    if row.state != State.ACTIVE or row.valid_until is None:
        raise Conflict(problem=codes.meaning("381").problem, fix="Enter the first vehicle, then let the goods go on in several.")
    if row.valid_until < books.now:
        raise TooLate(problem=codes.meaning("311").problem, fix=codes.meaning("311").fix)
    require_road(books, row)
    return row


def _group(books: Books, document_id: UUID, group_no: int) -> GroupRow:
    found = next((one for one in groups_of(books, document_id) if one.group_no == group_no), None)
    if found is None:
        raise NotFound("movement in several vehicles")
    return found


def _wrong_carrier(group: GroupRow, vehicle: str, document: str) -> dict[str, str]:
    errors = wrong_way(group.mode, vehicle, document)
    if not errors and any((one.vehicle, one.trans_doc_no) == (vehicle, document) for one in group.vehicles):
        errors["vehicle"] = "This vehicle is named already. Type another, or another transport document for its second round."
    return errors


def _wrong_reason(reason: str, remark: str) -> dict[str, str]:
    errors = {} if reason in law.VEHICLE_REASONS else {"reason": "Choose the reason."}
    return errors if remark_of(remark) else {**errors, "remark": "Say in a few words why, for example: the road takes only small vehicles."}


def _written(qty: int) -> str:
    whole, rest = divmod(qty, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


# What became of it -------------------------------------------------------------------------------------------------------


def take(books: Books, row: EwaybillRow, verb: Verb, said: Mapping[str, Any]) -> None:
    """Write down what the portal has done of what it was told. ValueError where its answer names no group."""
    told = row.asked["payload"]
    if verb is Verb.SPLIT:
        _take_split(books, row, told, _group_no(said))
    elif verb is Verb.LOAD:
        group = _group(books, row.document_id, int(told["groupNo"]))
        line = {"vehicle": told["vehicleNo"], "trans_doc_no": told["transDocNo"], "qty": int(told["quantity"])}
        place = max((one.line_no for one in group.vehicles), default=0) + 1
        books.insert(GroupVehicle, [{"document_id": row.document_id, "group_no": group.group_no, "line_no": place, **line}])
    else:
        of_it = (GroupVehicle.document_id == row.document_id, GroupVehicle.group_no == int(told["groupNo"]))
        old = (GroupVehicle.vehicle == told["oldvehicleNo"], GroupVehicle.trans_doc_no == told["oldTranNo"])
        new = {"vehicle": told["newVehicleNo"], "trans_doc_no": told["newTranNo"]}
        books.session.execute(update(GroupVehicle).where(*of_it, *old).values(**new))
    audit.record(books, "change", "ewaybill", row.document_id, new={verb.value: ", ".join(str(one) for one in told.values() if one)})


def _take_split(books: Books, row: EwaybillRow, told: Mapping[str, Any], group_no: int) -> None:
    if any(one.group_no == group_no for one in groups_of(books, row.document_id)):
        return  # told again, in the same words, of one that has begun
    group = {
        "document_id": row.document_id,
        "group_no": group_no,
        "mode": told["transMode"],
        "from_place": told["fromPlace"],
        "from_state": f"{told['fromState']:02}",
        "to_place": told["toPlace"],
        "to_state": f"{told['toState']:02}",
        "qty": int(told["totalQuantity"]),
        "unit": told["unitCode"],
        "made_at": books.now,
    }
    books.insert(Group, [group])


def _group_no(said: Mapping[str, Any]) -> int:
    text = str(said.get("groupNo") or "").strip()
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= _MOST_GROUP):
        raise ValueError("no group")
    return int(text[:9])
