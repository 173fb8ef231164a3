"""What is told about an e-way bill that is made: its vehicle, its transporter, more days, its end; and how it stands.

A person asks (`ask_vehicle` …): what the portal would refuse is refused beside its field. The job tells the portal; where an answer was
lost, the e-way bill's details say first whether it was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from webapp import einvoice
from webapp.ewaybills import checks, codes, law, queries, service
from webapp.ewaybills.checks import Problem
from webapp.ewaybills.commands import Cancel, Extension, Vehicle
from webapp.ewaybills.gathering import document_number, plate
from webapp.ewaybills.payload import day_of
from webapp.ewaybills.portal import ACTIONS, EwbPortal, Standing, read_end, read_time
from webapp.ewaybills.queries import EwaybillRow
from webapp.ewaybills.rules import GROUP_VERBS, State, Verb
from webapp.kernel.dates import IST
from webapp.kernel.errors import BooksError, Conflict, InvalidInput
from webapp.kernel.records import dataclass
from webapp.kernel.text import clean_text
from webapp.platform.outside import Unanswered
from webapp.platform.signed_in import Refused
from webapp.platform.tenancy import Books
from webapp.tax.states import OTHER_COUNTRY, STATES

_TWO_RUPEES = 2


@dataclass(frozen=True, slots=True)
class Telling:
    """What leaves about an e-way bill that is made. `asks_first`: it has left before, and nobody knows what became of it."""

    row: EwaybillRow
    portal: EwbPortal
    asks_first: bool


class TooLate(BooksError):
    """The portal's hours for it are over, or have not begun."""

    status = 409


# What a person asks ------------------------------------------------------------------------------------------------------


def ask_vehicle(books: Books, document_id: UUID, asked: Vehicle) -> None:
    """Part B: the vehicle, or the transport document, with which the goods go on. InvalidInput by field; TooLate for one that has ended."""
    row = made(books, document_id)
    if queries.split_among(books, [document_id]):
        raise Conflict(problem=codes.meaning("412").problem, fix=codes.meaning("412").fix)
    if row.state == State.ACTIVE and row.valid_until and row.valid_until < books.now:
        raise TooLate(problem=codes.meaning("311").problem, fix=codes.meaning("311").fix)
    errors = wrong_way(asked.mode, asked.vehicle, asked.trans_doc_no)
    if asked.reason not in law.VEHICLE_REASONS:
        errors["reason"] = "Choose the reason."
    errors |= wrong_place(asked.place, asked.state_code)
    remark = remark_of(asked.remark)
    if not remark and asked.reason != law.FIRST_TIME:
        errors["remark"] = "Say in a few words why, for example: the lorry broke down."
    if asked.trans_doc_date and asked.trans_doc_date < row.day:
        errors["trans_doc_date"] = codes.meaning("362").problem
    if errors:
        raise InvalidInput(errors)
    payload = {
        "ewbNo": int(row.ewb_no),
        "vehicleNo": asked.vehicle,
        "fromPlace": remark_of(asked.place),
        "fromState": int(asked.state_code),
        "reasonCode": asked.reason,
        "reasonRem": remark,
        "transDocNo": asked.trans_doc_no,
        "transDocDate": day_of(asked.trans_doc_date) if asked.trans_doc_date else "",
        "transMode": asked.mode,
        "vehicleType": asked.vehicle_type,
    }
    service.tell(books, row, Verb.VEHICLE, payload)


def ask_transporter(books: Books, document_id: UUID, transporter_id: str) -> None:
    """Another transporter, who enters part B himself from then on. InvalidInput."""
    row = made(books, document_id)
    number = transporter_id.replace(" ", "").upper()
    if not checks.is_transporter(number):
        raise InvalidInput({"transporter_id": codes.meaning("222").fix})
    service.tell(books, row, Verb.TRANSPORTER, {"ewbNo": row.ewb_no, "transporterId": number})


def ask_extension(books: Books, document_id: UUID, asked: Extension) -> None:
    """More days, from where the goods are. InvalidInput by field; TooLate outside of the portal's 16 hours, and after 360 days."""
    row = made(books, document_id)
    if row.valid_until is None or row.made_at is None:
        raise Conflict(problem="It holds until no day yet: no vehicle is named.", fix="Enter the vehicle first.")
    if not law.may_extend(row.valid_until, books.now):
        begins, ends = (_clock(row.valid_until + hours) for hours in (-law.EXTEND_WITHIN, law.EXTEND_WITHIN))
        raise TooLate(problem=f"The portal extends this e-way bill from {begins} to {ends}.", fix=codes.meaning("382").fix)
    if books.now - row.made_at > law.LONGEST:
        raise TooLate(problem="It is older than 360 days: the portal extends it no more.", fix=codes.meaning("382").fix)
    errors = wrong_way(asked.mode, asked.vehicle, asked.trans_doc_no, on_the_way=not asked.is_moving)
    errors |= wrong_place(asked.place, asked.state_code)
    if asked.reason not in law.EXTENSION_REASONS:
        errors["reason"] = "Choose the reason."
    if not (asked.pin.isascii() and asked.pin.isdecimal() and len(asked.pin) == 6 and einvoice.pin_fits(int(asked.pin), asked.state_code)):
        errors["pin"] = "Type the PIN code of the place, which belongs to its state."
    if not 1 <= asked.km_left <= law.MOST_KM:
        errors["km_left"] = codes.meaning("389").problem + " " + codes.meaning("389").fix
    elif row.distance_km and asked.km_left > row.distance_km:
        errors["km_left"] = f"{codes.meaning('390').problem} The way has {row.distance_km} km."
    if not asked.is_moving and asked.stands_in not in ("R", "W", "O"):
        errors["stands_in"] = "Choose where the goods stand."
    if not asked.is_moving and not asked.address.strip():
        errors["address"] = "Type the address where the goods stand."
    remark = remark_of(asked.remark)
    if not remark:
        errors["remark"] = "Say in a few words why, for example: the road was flooded."
    if errors:
        raise InvalidInput(errors)
    service.tell(books, row, Verb.EXTEND, extension_payload(row.ewb_no, asked, remark))


def extension_payload(ewb_no: str, asked: Extension, remark: str) -> dict[str, Any]:
    """The portal's own writing of an extension."""
    found: dict[str, Any] = {
        "ewbNo": int(ewb_no),
        "vehicleNo": asked.vehicle,
        "fromPlace": remark_of(asked.place),
        "fromState": asked.state_code,
        "fromPincode": int(asked.pin),
        "remainingDistance": asked.km_left,
        "transDocNo": asked.trans_doc_no or None,
        "transDocDate": day_of(asked.trans_doc_date) if asked.trans_doc_date else "",
        "transMode": int(asked.mode),
        "extnRsnCode": int(asked.reason),
        "extnRemarks": remark,
        "consignmentStatus": "M" if asked.is_moving else "T",
        "transitType": "" if asked.is_moving else asked.stands_in,
    }
    return found if asked.is_moving else {**found, "addressLine1": remark_of(asked.address, 120)}


def ask_cancel(books: Books, document_id: UUID, asked: Cancel) -> None:
    """Cancel it on the portal, within its 24 hours. `asked.is_done`: it was cancelled there by hand. A second time says nothing new."""
    row = service.mine(books, document_id)
    errors = {} if asked.reason in law.CANCEL_REASONS else {"reason": "Choose the reason."}
    remark = remark_of(asked.remark)
    if not remark:
        errors["remark"] = "Say in a few words why, for example: wrong vehicle."
    if errors:
        raise InvalidInput(errors)
    if row.state == State.CANCELLED or (row.asked.get("verb") == Verb.CANCEL and not asked.is_done):
        return
    row = made(books, document_id)
    if asked.is_done:
        service.settle_cancelled(books, row, books.now)
        return
    if row.made_at is None or not law.may_cancel(row.made_at, books.now):
        until = _clock(row.made_at + law.CANCEL_WITHIN) if row.made_at else ""
        raise TooLate(problem=f"The portal took cancellations of this e-way bill until {until}.", fix=codes.meaning("315").fix)
    if not service.has_road(books, row):
        raise InvalidInput({"is_done": "Cancel it on the portal's own pages first, then tick here that it is done."})
    payload = {"ewbNo": int(row.ewb_no), "cancelRsnCode": int(asked.reason), "cancelRmrk": remark}
    service.tell(books, row, Verb.CANCEL, payload)


def ask_details(books: Books, document_id: UUID) -> None:
    """Have the portal asked how it stands. Conflict for one that has no number."""
    row = made(books, document_id)
    require_road(books, row)
    service.tell(books, row, Verb.DETAILS, {"ewbNo": row.ewb_no})


def made(books: Books, document_id: UUID) -> EwaybillRow:
    """One that stands. Conflict for another; NotFound, NotYourStore."""
    row = service.mine(books, document_id)
    if row.state not in (State.PART_A, State.ACTIVE):
        raise Conflict(problem="Only an e-way bill that stands can be changed.", fix="Reload the page to see how it stands.")
    return row


def require_road(books: Books, row: EwaybillRow) -> None:
    """BooksError where e-way bills go by hand."""
    if not service.has_road(books, row):
        raise BooksError(
            problem=f"E-way bills of {row.gstin} go by hand.",
            fix="Do it on the portal's own pages, or connect the portal in E-way bill settings.",
        )


def wrong_way(mode: str, vehicle: str, document: str, *, on_the_way: bool = False) -> dict[str, str]:
    """What is wrong with how goods travel, by field."""
    errors: dict[str, str] = {}
    if mode not in law.MODES:
        errors["mode"] = codes.meaning("220").fix
    if vehicle and not checks.is_vehicle(vehicle):
        errors["vehicle"] = codes.meaning("225").fix
    if mode == law.ROAD and not vehicle and not on_the_way:
        errors["vehicle"] = codes.meaning("303").fix
    elif mode not in ("", law.ROAD, law.IN_TRANSIT) and not (vehicle or document):
        errors["trans_doc_no"] = "Type the number of the transport document: railway receipt, airway bill or bill of lading."
    return errors


def wrong_place(place: str, state_code: str) -> dict[str, str]:
    """What is wrong with where goods are, by field."""
    errors = {} if remark_of(place) else {"place": "Type the place where the goods are."}
    if state_code not in STATES or state_code == OTHER_COUNTRY:
        errors["state_code"] = "Choose the state where the goods are."
    return errors


def remark_of(text: str, most: int = 50) -> str:
    """Words as the portal takes them: on one line, without the signs it refuses."""
    return clean_text(text).replace('"', "'").replace("\\", "/")[:most].strip()


def _clock(at: Any) -> str:
    return str(at.astimezone(IST).strftime("%d-%b-%Y %H:%M"))


# Telling, and what became of it ------------------------------------------------------------------------------------------


def exchange(telling: Telling) -> Mapping[str, Any] | Standing:
    """Tell the portal, or ask how the e-way bill stands. Refused or Unanswered."""
    row, verb = telling.row, Verb(telling.row.asked["verb"])
    if verb is Verb.DETAILS:
        return telling.portal.details(row.ewb_no)
    if telling.asks_first:
        try:
            standing = telling.portal.details(row.ewb_no)
        except Refused as refused:
            said = codes.meaning(refused.code, refused.words)
            raise Unanswered(f"{said.problem} {said.fix}") from refused
        if _is_done(row, verb, standing):
            return standing
    try:
        return telling.portal.act(ACTIONS[verb], einvoice.as_json(as_told(verb, row.asked["payload"])))
    except Refused as refused:
        # Cancelled already, by a try of ours whose answer was lost: its details say so.
        if verb is Verb.CANCEL and refused.code in codes.NOT_ACTIVE and (standing := telling.portal.details(row.ewb_no)).is_cancelled:
            return standing
        raise


def as_told(verb: Verb, payload: Mapping[str, Any]) -> dict[str, Any]:
    """A payload as it leaves: quantities, which are kept in thousandths, as decimals."""
    names = ("totalQuantity", "quantity") if verb in GROUP_VERBS else ()
    return {name: Decimal(value).scaleb(-3) if name in names else value for name, value in payload.items()}


def _is_done(row: EwaybillRow, verb: Verb, standing: Standing) -> bool:
    told = row.asked["payload"]
    if standing.is_cancelled:
        return True  # nothing more can be told of it
    if verb is Verb.VEHICLE:
        return (standing.vehicle, standing.trans_doc_no) == (told["vehicleNo"], told["transDocNo"])
    if verb is Verb.TRANSPORTER:
        return standing.transporter_id == str(told["transporterId"])
    if verb in GROUP_VERBS:
        # That a movement has begun is not told; the portal makes no second one of the same words.
        vehicle, document = (told.get("newVehicleNo"), told.get("newTranNo")) if verb is Verb.RELOAD else _carried(told)
        return verb is not Verb.SPLIT and (str(told["groupNo"]), vehicle, document) in standing.loads
    return verb is Verb.EXTEND and standing.extended > row.extended


def _carried(told: Mapping[str, Any]) -> tuple[Any, Any]:
    return told.get("vehicleNo"), told.get("transDocNo")


def settle(books: Books, telling: Telling, answer: Any) -> None:
    """Write down what the portal said."""
    row = queries.ewaybill(books, telling.row.document_id)
    if row.asked != telling.row.asked or row.tries != telling.row.tries or row.state not in (State.PART_A, State.ACTIVE):
        return  # another process has found out meanwhile
    verb = Verb(row.asked["verb"])
    if isinstance(answer, Standing):
        if verb in GROUP_VERBS and not answer.is_cancelled:
            answer = {}  # it was done, and the rest is known here
        else:
            take_standing(books, row, answer)
    if isinstance(answer, Mapping):
        try:
            _take(books, row, verb, answer)
        except ValueError:
            answer = Unanswered("The portal's answer cannot be read.")
    if isinstance(answer, Refused):
        meaning = codes.meaning(answer.code, answer.words)
        said = {"code": clean_text(answer.code)[:10], "problem": meaning.problem, "fix": meaning.fix}
        service.move(books, row, State(row.state), asked={}, next_at=None, **said)
    elif isinstance(answer, Unanswered):
        fix = "It is not known whether the portal has done it. The program asks by itself; you may also ask now."
        service.note(books, row, code="", problem=clean_text(str(answer))[:300], fix=fix)
        return
    if verb is not Verb.CANCEL:
        service.withdraw(books, row.document_id)  # its document may have been cancelled while the portal was being told


def _take(books: Books, row: EwaybillRow, verb: Verb, said: Mapping[str, Any]) -> None:
    """What an answer says. ValueError where it lacks what it is for, and where it speaks of another e-way bill."""
    told = row.asked["payload"]
    if str(said.get("ewayBillNo") or said.get("ewbNo") or row.ewb_no) != row.ewb_no:
        raise ValueError("another e-way bill")
    values: dict[str, Any] = {"asked": {}, "next_at": None, **service.NO_TROUBLE}
    if verb is Verb.CANCEL:
        service.settle_cancelled(books, row, read_time(said.get("cancelDate")))
        return
    if verb is Verb.TRANSPORTER:
        # Part B is the new transporter's to enter.
        service.move(books, row, State(row.state), transporter_id=told["transporterId"], transporter_name="", **values)
        return
    if verb in GROUP_VERBS:
        from webapp.ewaybills import groups  # for those that go on in several vehicles

        groups.take(books, row, verb, said)
        service.move(books, row, State(row.state), **values)
        return
    until = read_end(said.get("validUpto"))
    if until is None and verb is Verb.EXTEND:
        raise ValueError("no end")
    until = until or row.valid_until
    if verb is Verb.EXTEND:
        values["extended"] = row.extended + 1
    else:
        values |= {"mode": str(told["transMode"]), "vehicle_type": told["vehicleType"]}
    values |= {"vehicle": told["vehicleNo"], "trans_doc_no": told["transDocNo"] or "", "valid_until": until}
    service.move(books, row, State.ACTIVE if until else State(row.state), **values)


def take_standing(books: Books, row: EwaybillRow, standing: Standing) -> None:
    """Take what the portal's details say of one of ours."""
    if wrong := stranger(row, standing):
        service.move(books, row, State(row.state), asked={}, next_at=None, code=wrong.code, problem=wrong.problem, fix=wrong.fix)
        return
    if standing.is_cancelled:
        service.settle_cancelled(books, row, books.now)
        return
    until = standing.made.valid_until or row.valid_until
    values: dict[str, Any] = {"asked": {}, "next_at": None, "valid_until": until, "extended": standing.extended, **service.NO_TROUBLE}
    if standing.is_rejected:
        values |= {"problem": "The other party has rejected it.", "fix": "Talk to them; cancel it, and the document where it is wrong."}
    if standing.made.km and standing.made.km <= law.MOST_KM:
        values["distance_km"] = standing.made.km
    if checks.is_transporter(standing.transporter_id):
        values["transporter_id"] = standing.transporter_id
    if standing.mode in law.MODES:
        values |= {"mode": standing.mode, "vehicle": plate(standing.vehicle)[:15], "trans_doc_no": document_number(standing.trans_doc_no)}
    service.move(books, row, State.ACTIVE if until else State(row.state), **values)
    service.withdraw(books, row.document_id)


def stranger(row: EwaybillRow, standing: Standing) -> Problem | None:
    """What says that the portal's e-way bill is of another document than ours; None where it is ours."""
    differs = []
    if row.ewb_no and standing.made.number != row.ewb_no:
        differs.append("number")
    if standing.doc_no and standing.doc_no.upper() != row.number.upper():
        differs.append("document")
    try:
        if standing.total and abs(Decimal(standing.total) * 100 - row.total_paise) > _TWO_RUPEES * 100:
            differs.append("total")
    except ArithmeticError:  # no figure, or one beyond all figures
        differs.append("total")
    if not differs:
        return None
    return another(standing.made.number, ", ".join(differs))


def another(ewb_no: str, what: str) -> Problem:
    """What is said of an e-way bill of another paper; `what` differs, or is that paper's number."""
    problem = f"The portal's e-way bill {ewb_no} is of another paper than this: {what}."
    return Problem("", "differs", problem, "Look at it on the portal. Cancel it there if it was made by mistake, then send again.")


def is_moving(row: EwaybillRow, now: Any, lease: timedelta) -> bool:
    """Whether an answer may come any moment, so that a page asks again by itself."""
    if row.asked or row.state == State.SENT:
        return row.sent_at is None or row.sent_at > now - lease
    return False
