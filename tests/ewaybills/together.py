"""The stand-in's memory of what travels together and in parts: consolidated e-way bills, and movements in several vehicles, each by the
portal's own rules and codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.einvoice.irp import Refusal
from webapp.kernel.dates import IST


def when(at: datetime) -> str:
    return at.astimezone(IST).strftime("%d/%m/%Y %I:%M:%S %p")


@dataclass
class Kept:
    """An e-way bill that was made."""

    number: int
    payload: dict[str, Any]
    at: datetime
    until: datetime | None
    vehicles: list[dict[str, Any]] = field(default_factory=list)
    transporter: str = ""
    extended: int = 0
    cancelled_at: datetime | None = None
    groups: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class KeptTrip:
    """A consolidated e-way bill that was made."""

    number: int
    told: dict[str, Any]
    gstin: str
    at: datetime
    ewb_nos: list[int]


class Together:
    """What the portal does with several at once."""

    now: Callable[[], datetime]
    kept: dict[int, Kept]
    trips: dict[int, KeptTrip]
    _one: Callable[[Any], Kept]

    def _together(self, told: dict[str, Any], gstin: str) -> dict[str, Any]:
        names = {"fromPlace", "fromState", "vehicleNo", "transMode", "transDocNo", "transDocDate", "tripSheetEwbBills"}
        self._require(set(told) == names and all(set(one) == {"ewbNo"} for one in told["tripSheetEwbBills"]), "100")
        self._require_way(told)
        numbers = [one["ewbNo"] for one in told["tripSheetEwbBills"]]
        self._require(all(isinstance(one, int) and 10**11 <= one < 10**12 for one in numbers), "395")
        self._require(len(set(numbers)) == len(numbers), "322")
        for number in numbers:
            one = self._one(number)
            self._require(one.cancelled_at is None, "653")
            self._require(gstin in (one.payload["userGstin"], one.transporter), "650")
            self._require(one.until is not None, "381")
            self._require(one.until is not None and one.until > self.now(), "818")
        return {"cEwbNo": str(self._trip(told, gstin, numbers)), "cEWBDate": when(self.now())}

    def _on_with(self, told: dict[str, Any], gstin: str) -> dict[str, Any]:
        names = {"tripSheetNo", "vehicleNo", "fromPlace", "fromState", "transDocNo", "transDocDate", "transMode", "reasonCode", "reasonRem"}
        self._require(set(told) == names, "100")
        kept = self.trips.get(told["tripSheetNo"])
        self._require(kept is not None and kept.gstin == gstin, "387")
        assert kept is not None
        self._require(told["reasonCode"] in (1, 2, 3) and bool(told["reasonRem"]), "386")
        self._require_way(told)
        stand = [one for one in kept.ewb_nos if not self.kept[one].cancelled_at and (self.kept[one].until or self.now()) > self.now()]
        self._require(bool(stand), "391")
        return {"tripSheetNo": self._trip(told, gstin, stand), "tripSheetEwayBills": [{"ewbNo": one} for one in stand]}

    def _require_way(self, told: dict[str, Any]) -> None:
        self._require(told["transMode"] != "1" or bool(told["vehicleNo"]), "303")
        self._require(told["transMode"] == "1" or bool(told["transDocNo"] and told["transDocDate"]), "394")
        self._require(bool(told["fromPlace"]) and 1 <= told["fromState"] <= 38, "305")

    def _trip(self, told: dict[str, Any], gstin: str, numbers: list[int]) -> int:
        number = 1_610_005_711 + len(self.trips)
        self.trips[number] = KeptTrip(number, told, gstin, self.now(), numbers)
        way = {name: told[name] for name in ("vehicleNo", "transMode", "transDocNo")}
        for one in numbers:
            self.kept[one].vehicles.insert(0, {**way, "tripshtNo": number, "enteredDate": when(self.now())})
        return number

    def trip(self, asked: dict[str, str], gstin: str) -> dict[str, Any]:
        kept = self.trips.get(int(asked["tripSheetNo"]))
        self._require(kept is not None and kept.gstin == gstin, "325")
        assert kept is not None
        way = {name: kept.told[name] for name in ("fromPlace", "vehicleNo", "transDocNo", "transDocDate")}
        listed = [{"ewbNo": one, "docNo": self.kept[one].payload["docNo"], "status": "ACT"} for one in kept.ewb_nos]
        more = {"transMode": f"{kept.told['transMode']} ", "fromState": str(kept.told["fromState"]), "status": "ACT"}
        return {"tripSheetNo": kept.number, **way, **more, "enteredDate": when(kept.at), "tripSheetEwbBills": listed}

    def _split(self, found: Kept, told: dict[str, Any]) -> dict[str, Any]:
        names = {
            "ewbNo",
            "reasonCode",
            "reasonRem",
            "fromPlace",
            "fromState",
            "toPlace",
            "toState",
            "transMode",
            "totalQuantity",
            "unitCode",
        }
        self._require(set(told) == names, "100")
        same = next((place for place, one in enumerate(found.groups, 1) if one["told"] == told), 0)
        if not same:
            units = [item["qtyUnit"] for item in found.payload["itemList"] if "qtyUnit" in item]
            self._require(told["unitCode"] in units, "399")
            self._require(not found.groups or found.groups[0]["told"]["unitCode"] == told["unitCode"], "413")
            goods = sum(item["quantity"] for item in found.payload["itemList"] if item.get("qtyUnit") == told["unitCode"])
            most = found.groups[-1]["told"]["totalQuantity"] if found.groups else goods
            self._require(0 < told["totalQuantity"] <= most, "400")
            found.groups.append({"told": told, "loads": []})
        return {"ewbNo": found.number, "groupNo": str(same or len(found.groups)), "createdDate": when(self.now())}

    def _load(self, found: Kept, told: dict[str, Any]) -> dict[str, Any]:
        self._require(set(told) == {"ewbNo", "groupNo", "vehicleNo", "transDocNo", "transDocDate", "quantity"}, "100")
        self._require(told["groupNo"].isdigit() and 0 < int(told["groupNo"]) <= len(found.groups), "411")
        group = found.groups[int(told["groupNo"]) - 1]
        self._require(group["told"]["transMode"] != "1" or bool(told["vehicleNo"]), "303")
        self._require(told["quantity"] > 0, "402")
        taken = sum(one["quantity"] for one in group["loads"])
        self._require(taken + told["quantity"] <= group["told"]["totalQuantity"], "400")
        group["loads"].append(told)
        self._went_on(found, told["vehicleNo"], told["transDocNo"], group["told"]["transMode"], told["groupNo"])
        return {"ewbNo": found.number, "groupNo": told["groupNo"], "vehAddedDate": when(self.now())}

    def _reload(self, found: Kept, told: dict[str, Any]) -> dict[str, Any]:
        names = {"ewbNo", "groupNo", "oldvehicleNo", "newVehicleNo", "oldTranNo", "newTranNo", "fromPlace", "fromState"}
        self._require(set(told) == names | {"reasonCode", "reasonRem"}, "100")
        self._require(0 < int(told["groupNo"]) <= len(found.groups), "411")
        group = found.groups[int(told["groupNo"]) - 1]
        old = [one for one in group["loads"] if (one["vehicleNo"], one["transDocNo"]) == (told["oldvehicleNo"], told["oldTranNo"])]
        self._require(bool(old), "405")
        old[0] |= {"vehicleNo": told["newVehicleNo"], "transDocNo": told["newTranNo"]}
        self._went_on(found, told["newVehicleNo"], told["newTranNo"], group["told"]["transMode"], told["groupNo"])
        return {"ewbNo": found.number, "groupNo": told["groupNo"], "vehUpdDate": when(self.now())}

    def _went_on(self, found: Kept, vehicle: str, document: str, mode: str, group: str) -> None:
        entry = {"vehicleNo": vehicle, "transMode": mode, "transDocNo": document, "groupNo": group, "enteredDate": when(self.now())}
        found.vehicles.insert(0, entry)

    @staticmethod
    def _require(holds: bool, code: str) -> None:
        if not holds:
            raise Refusal(code)
