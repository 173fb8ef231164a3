"""A stand-in for the e-way bill portal and for a GSP: decrypts, holds payloads against the portal's list of fields and its own rules, keeps
what was made, and answers as they do, with their codes. Keys, ciphers and the door's bolts are those of the e-invoice's stand-in; by an
IRN it is asked on that one's host.

Trouble is asked for by `faults`, one for each call to come: "lost" does the work and hangs up, "down" answers 503 and does nothing,
"garbage" does the work and answers nonsense, "signed out" forgets the token.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.einvoice.irp import CLIENT, PASSWORD, SECRET, USER, Irp, Refusal, closed, exact, ok, opened, plain, read_day, rsa_opened
from tests.einvoice.schema import STATUTORY, statutory
from tests.ewaybills.together import Kept, KeptTrip, Together, when
from webapp.kernel.dates import IST


@cache
def layout() -> Any:
    return statutory("layouts/ewaybill-generate-fields.json")


@dataclass
class EwbPortal(Together):
    """The portal's memory, and what it thinks of a consignment."""

    now: Callable[[], datetime]
    kept: dict[int, Kept] = field(default_factory=dict)
    trips: dict[int, KeptTrip] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tokens: dict[str, bytes] = field(default_factory=dict)
    sign_ins: int = 0
    refuses: str = ""
    verified: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock)

    def generate(self, payload: dict[str, Any], gstin: str) -> dict[str, Any]:
        self._require(not self.refuses, self.refuses)
        self._keys(payload)
        self._require(payload["userGstin"] == gstin, "358")
        self._rules(payload)
        paper = (payload["userGstin"], payload["docType"], payload["docNo"])
        self._require(not any(self._paper(one) == paper and not one.cancelled_at for one in self.kept.values()), "604")
        return self._told(self.make(payload))

    def make(self, payload: dict[str, Any]) -> Kept:
        number, at = 331_000_000_000 + len(self.kept), self.now()
        vehicle, document = payload.get("vehicleNo", ""), payload.get("transDocNo", "")
        found = Kept(number, payload, at, None, transporter=payload.get("transporterId", ""))
        if vehicle or document:
            found.until = self.end(at, payload["transDistance"] or 150, payload.get("vehicleType", "R"))
            found.vehicles.append(
                {"vehicleNo": vehicle, "transMode": payload["transMode"], "transDocNo": document, "enteredDate": when(at)}
            )
        self.kept[number] = found
        return found

    @staticmethod
    def end(at: datetime, km: int, vehicle_type: str) -> datetime:
        """A day for each 200 km or part, the first ending at the midnight that follows the next."""
        step, days = 20 if vehicle_type == "O" else 200, 0
        while days * step < km:
            days += 1
        last = at.astimezone(IST).date() + timedelta(days=max(days, 1))
        return datetime(last.year, last.month, last.day, 23, 59, tzinfo=IST)

    def by_paper(self, gstin: str, asked: dict[str, str]) -> dict[str, Any]:
        paper = (gstin, asked["docType"], asked["docNo"])
        found = [one for one in self.kept.values() if self._paper(one) == paper]
        self._require(bool(found), "325")
        return {"ewayBillNo": found[-1].number, "ewayBillDate": when(found[-1].at)}

    def details(self, asked: dict[str, str]) -> dict[str, Any]:
        found = self._one(asked["ewbNo"])
        same = ("docType", "docNo", "totInvValue", "fromGstin", "toGstin", "userGstin")
        return {
            "ewbNo": found.number,
            "ewayBillDate": when(found.at),
            "validUpto": when(found.until) if found.until else None,
            "status": "CNL" if found.cancelled_at else "ACT",
            "rejectStatus": "N",
            "extendedTimes": found.extended,
            "transporterId": found.transporter,
            "actualDist": found.payload["transDistance"] or 150,
            "VehiclListDetails": list(found.vehicles),
            **{name: found.payload[name] for name in same},
        }

    def act(self, action: str, told: dict[str, Any], gstin: str) -> dict[str, Any]:
        if action == "GENEWAYBILL":
            return self.generate(told, gstin)
        if action in ("GENCEWB", "REGENTRIPSHEET"):
            return self._together(told, gstin) if action == "GENCEWB" else self._on_with(told, gstin)
        found = self._one(told["ewbNo"])
        self._require(found.cancelled_at is None, "312")
        several = {"MULTIVEHMOVINT": self._split, "MULTIVEHADD": self._load, "MULTIVEHUPD": self._reload}
        if action in several:
            self._require(found.until is not None, "381")
            self._require(found.until is not None and found.until > self.now(), "311")
            self._require(gstin in (found.payload["userGstin"], found.transporter), "646")
            return several[action](found, told)
        verbs = {"CANEWB": self._cancel, "VEHEWB": self._vehicle, "EXTENDVALIDITY": self._extend, "UPDATETRANSPORTER": self._transporter}
        self._fields(action, told)
        return verbs[action](found, told)

    def _cancel(self, found: Kept, told: dict[str, Any]) -> dict[str, Any]:
        self._require(str(told["cancelRsnCode"]) in "1234" and bool(told["cancelRmrk"]), "202")
        self._require(self.now() - found.at < timedelta(hours=24), "315")
        self._require(not self.verified, "316")
        found.cancelled_at = self.now()
        return {"ewayBillNo": str(found.number), "cancelDate": when(self.now())}

    def _vehicle(self, found: Kept, told: dict[str, Any]) -> dict[str, Any]:
        self._require(found.until is None or found.until > self.now(), "311")
        self._require(told["transMode"] != "1" or bool(told["vehicleNo"]), "303")
        if found.until is None:
            found.until = self.end(self.now(), found.payload["transDistance"] or 150, told["vehicleType"])
        found.vehicles.insert(
            0, {**{name: told[name] for name in ("vehicleNo", "transMode", "transDocNo")}, "enteredDate": when(self.now())}
        )
        return {"vehUpdDate": when(self.now()), "validUpto": when(found.until)}

    def _extend(self, found: Kept, told: dict[str, Any]) -> dict[str, Any]:
        self._require(found.until is not None, "382")
        assert found.until is not None
        self._require(abs(self.now() - found.until) <= timedelta(hours=8), "382")
        self._require(told["remainingDistance"] <= (found.payload["transDistance"] or 150), "390")
        found.until, found.extended = self.end(self.now(), told["remainingDistance"], "R"), found.extended + 1
        return {"ewayBillNo": str(found.number), "updatedDate": when(self.now()), "validUpto": when(found.until)}

    def _transporter(self, found: Kept, told: dict[str, Any]) -> dict[str, Any]:
        found.transporter = told["transporterId"]
        return {"ewayBillNo": str(found.number), "transUpdateDate": when(self.now()), "transporterId": told["transporterId"]}

    def _keys(self, payload: dict[str, Any]) -> None:
        if not STATUTORY.is_dir():
            return
        known = layout()
        self._require(not [name for name in known["required"] if name not in payload], "201")
        self._require(set(payload) <= set(known["header_fields_in_order"]), "201")
        for item in payload["itemList"]:
            self._require(set(known["item_required"]) <= set(item) <= set(known["item_fields"]), "233")

    def _fields(self, action: str, told: dict[str, Any]) -> None:
        part = {"CANEWB": "cancel", "VEHEWB": "update_vehicle", "EXTENDVALIDITY": "extend"}.get(action)
        if part and STATUTORY.is_dir():
            self._require(set(layout()[part]) <= set(told), "301")

    def _rules(self, payload: dict[str, Any]) -> None:
        today = self.now().astimezone(IST).date()
        day = read_day(payload["docDate"])
        self._require(day <= today and today - day <= timedelta(days=180), "207")
        self._require(1 <= len(payload["docNo"]) <= 16, "206")
        self._require(100_000 <= payload["fromPincode"] <= 999_999, "210")
        self._require(100_000 <= payload["toPincode"] <= 999_999, "214")
        own = "fromGstin" if payload["supplyType"] == "O" else "toGstin"
        self._require(payload["userGstin"] == payload[own], "359" if own == "fromGstin" else "360")
        self._require(any(not str(item["hsnCode"]).startswith("99") for item in payload["itemList"]), "233")
        is_within = payload["fromStateCode"] == payload["toStateCode"]
        for item in payload["itemList"]:
            self._require(item["cgstRate"] == item["sgstRate"], "251")
            self._require(not (is_within and item["igstRate"]), "623")
            self._require(is_within or not item["cgstRate"], "624")
        names = ("totalValue", "cgstValue", "sgstValue", "igstValue", "cessValue", "cessNonAdvolValue", "otherValue")
        self._require(sum(payload[name] for name in names) == payload["totInvValue"], "620")
        self._require(payload["totalValue"] == sum(item["taxableAmount"] for item in payload["itemList"]), "620")
        if payload.get("transMode"):
            self._require(payload["transMode"] != 1 or bool(payload.get("vehicleNo")), "303")
        else:
            self._require(bool(payload.get("transporterId")), "619")
        if payload["fromPincode"] == payload["toPincode"]:
            self._require(1 <= payload["transDistance"] <= 100, "221")

    def _told(self, kept: Kept) -> dict[str, Any]:
        alert = "" if kept.payload["transDistance"] else ", Distance between these two pincodes is 150, "
        until = when(kept.until) if kept.until else None
        return {"ewayBillNo": kept.number, "ewayBillDate": when(kept.at), "validUpto": until, "alert": alert}

    def _one(self, number: Any) -> Kept:
        self._require(int(number) in self.kept, "301")
        return self.kept[int(number)]

    @staticmethod
    def _paper(kept: Kept) -> tuple[str, str, str]:
        return kept.payload["userGstin"], kept.payload["docType"], kept.payload["docNo"]


def iso(at: datetime) -> str:
    return at.astimezone(IST).strftime("%Y-%m-%d %H:%M:%S")


class Door(BaseHTTPRequestHandler):
    """The portal's own paths (/ewb), a GSP's (/enriched), and the e-invoice portal's of e-way bills by IRN (/eiewb), on one host."""

    portal: EwbPortal
    irp: Irp

    def do_POST(self) -> None:
        with self.portal.lock:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def do_GET(self) -> None:
        with self.portal.lock:
            self._serve(b"")

    def _serve(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        signs_in = parts.path.endswith(("auth", "authenticate"))
        action = asked.get("action") or ("" if signs_in or not body else json.loads(body).get("action", ""))
        self.portal.asked.append(f"{self.command} {parts.path} {action}".strip())
        fault = self.portal.faults.pop(0) if self.portal.faults and not signs_in else ""
        if fault == "down":
            self._answer(503, b"")
            return
        if fault == "signed out":
            self.portal.tokens.clear()
        said = self._nic(parts.path, asked, body) if parts.path.startswith(("/ewb", "/ei")) else self._gsp(parts.path, asked, body)
        if fault == "lost":
            self.connection.close()
        else:
            self._answer(*((200, b"<html>") if fault == "garbage" else said))

    def _nic(self, path: str, asked: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if path.startswith("/ei"):
            return self._by_irn(path, body)
        if (self.headers["client-id"], self.headers["client-secret"]) != (CLIENT, SECRET):
            return wrong("108")
        if path.endswith("/auth"):
            return self._sign_in(json.loads(body))
        sek = self.portal.tokens.get(self.headers["authtoken"] or "")
        if sek is None:
            return wrong("238")
        try:
            if body:
                sent = json.loads(body)
                told = json.loads(opened(sek, base64.b64decode(sent["Data"])), parse_float=Decimal)
                found = self.portal.act(sent["action"], told, self.headers["gstin"])
                return ok({"status": "1", "data": plain(closed(sek, exact(found).encode()))})
            found = self._got(path, asked)
        except Refusal as refusal:
            return wrong(refusal.args[0])
        rek = secrets.token_bytes(32)
        return ok({"status": "1", "data": plain(closed(rek, exact(found).encode())), "rek": plain(closed(sek, rek)), "hmac": "x"})

    def _got(self, path: str, asked: dict[str, str]) -> dict[str, Any]:
        if path.endswith("GetTripSheet"):
            return self.portal.trip(asked, self.headers["gstin"])
        is_paper = path.endswith("GetEwayBillGeneratedByConsigner")
        return self.portal.by_paper(self.headers["gstin"], asked) if is_paper else self.portal.details(asked)

    def _sign_in(self, body: dict[str, str]) -> tuple[int, bytes]:
        told = json.loads(base64.b64decode(rsa_opened(base64.b64decode(body["Data"]))))
        if (told["action"], told["username"], told["password"]) != ("ACCESSTOKEN", USER, PASSWORD):
            return wrong("108")
        sek, token = secrets.token_bytes(32), secrets.token_hex(12)
        self.portal.sign_ins, self.portal.tokens[token] = self.portal.sign_ins + 1, sek
        return ok({"status": "1", "authtoken": token, "sek": plain(closed(base64.b64decode(told["app_key"]), sek))})

    def _by_irn(self, path: str, body: bytes) -> tuple[int, bytes]:
        """The e-invoice portal's own sign-in and keys; what is made stands with all others."""
        if path == "/eivital/v1.04/auth":
            return self._irp_sign_in(json.loads(body))
        sek = self.irp.tokens[self.headers["AuthToken"]]
        told = json.loads(opened(sek, base64.b64decode(json.loads(body)["Data"])), parse_float=Decimal) if body else {}
        try:
            if path == "/eicore/v1.03/Invoice":
                return ok({"Status": 1, "Data": plain(closed(sek, exact(self.irp.generate(told, self.headers["gstin"])).encode()))})
            found = self._made_by_irn(told) if body else self._of_irn(path.rsplit("/", 1)[-1])
        except Refusal as refusal:
            return ok({"Status": 0, "ErrorDetails": [{"ErrorCode": refusal.args[0], "ErrorMessage": "Refused"}], "Data": None})
        return ok({"Status": 1, "Data": plain(closed(sek, exact(found).encode()))})

    def _irp_sign_in(self, body: dict[str, str]) -> tuple[int, bytes]:
        told = json.loads(base64.b64decode(rsa_opened(base64.b64decode(body["Data"]))))
        sek, token = secrets.token_bytes(32), secrets.token_hex(12)
        self.irp.tokens[token] = sek
        until = iso(self.portal.now() + timedelta(hours=6))
        sealed = plain(closed(base64.b64decode(told["AppKey"]), sek))
        return ok({"Status": 1, "Data": {"AuthToken": token, "Sek": sealed, "TokenExpiry": until}})

    def _made_by_irn(self, told: dict[str, Any]) -> dict[str, Any]:
        known = self.irp.kept.get(told["Irn"])
        if known is None:
            raise Refusal("2148")
        if any(one.payload.get("Irn") == told["Irn"] and not one.cancelled_at for one in self.portal.kept.values()):
            raise Refusal("4002")
        names = {"transDistance": "Distance", "transMode": "TransMode", "vehicleNo": "VehNo", "transDocNo": "TransDocNo"}
        invoice = known.payload
        payload = {ours: told.get(theirs, "") for ours, theirs in names.items()} | {
            "Irn": told["Irn"],
            "vehicleType": told.get("VehType", "R"),
        }
        payload |= {"userGstin": invoice["SellerDtls"]["Gstin"], "docType": "INV", "docNo": invoice["DocDtls"]["No"]}
        payload |= {
            "totInvValue": invoice["ValDtls"]["TotInvVal"],
            "fromGstin": payload["userGstin"],
            "toGstin": invoice["BuyerDtls"]["Gstin"],
        }
        return self._irn_answer(self.portal.make(payload))

    def _of_irn(self, irn: str) -> dict[str, Any]:
        found = [one for one in self.portal.kept.values() if one.payload.get("Irn") == irn]
        if not found:
            raise Refusal("4005")
        return self._irn_answer(found[-1])

    @staticmethod
    def _irn_answer(kept: Kept) -> dict[str, Any]:
        until = iso(kept.until) if kept.until else None
        return {"EwbNo": kept.number, "EwbDt": iso(kept.at), "EwbValidTill": until, "Status": "CNL" if kept.cancelled_at else "ACT"}

    def _gsp(self, path: str, asked: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if path == "/gsp/authenticate":
            if (self.headers["gspappid"], self.headers["gspappsecret"]) != (CLIENT, SECRET):
                return 401, b"{}"
            self.portal.sign_ins, token = self.portal.sign_ins + 1, secrets.token_hex(12)
            self.portal.tokens[token] = b""
            return ok({"access_token": token, "token_type": "bearer", "expires_in": 86399})
        if (self.headers["Authorization"] or "").removeprefix("Bearer ") not in self.portal.tokens:
            return 401, b"{}"
        if (self.headers["username"], self.headers["password"]) != (USER, PASSWORD) or not self.headers["requestid"]:
            return ok({"success": False, "message": "108 : Invalid login", "result": None})
        try:
            told = json.loads(body, parse_float=Decimal) if body else {}
            found = self.portal.act(asked["action"], told, self.headers["gstin"]) if body else self._got(path, asked)
        except Refusal as refusal:
            return ok({"success": False, "message": f"{refusal.args[0]} : Refused"})
        return ok({"success": True, "message": "done", "result": found})

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Standing:
    """The portal on loopback, until it is closed."""

    def __init__(self, portal: EwbPortal, irp: Irp) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("OpenDoor", (Door,), {"portal": portal, "irp": irp}))
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def wrong(code: str) -> tuple[int, bytes]:
    return ok({"status": "0", "error": plain(json.dumps({"errorCodes": f"{code},"}).encode())})
