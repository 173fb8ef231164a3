"""A stand-in for the Invoice Registration Portal and for a GSP: it opens what is encrypted, holds it against the schema and the rules,
signs, remembers, and answers as they do, with their codes. It shares no code with the program but the name of a header.

Trouble is asked for by `faults`, one for each call to come: "lost" does the work and hangs up, "down" answers 503 and does nothing,
"garbage" does the work and answers nonsense, "signed out" forgets the token.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.einvoice.schema import STATUTORY, errors, inv01
from webapp.kernel.dates import IST

# Primes of keys made for these tests alone: Mersenne's.
P, Q, E = 2**1279 - 1, 2**607 - 1, 65537
N = P * Q
D = pow(E, -1, (P - 1) * (Q - 1))
SIZE = (N.bit_length() + 7) // 8
USER, PASSWORD, CLIENT, SECRET = "sharma_api", "pass-Word1", "client-1", "secret-1"


class Refusal(Exception):
    """The portal's own code."""


@dataclass
class Kept:
    """A document that was registered."""

    irn: str
    ack_no: int
    at: datetime
    payload: dict[str, Any]
    cancelled_at: datetime | None = None


@dataclass
class Irp:
    """The portal's memory, and what it thinks of a document."""

    now: Callable[[], datetime]
    kept: dict[str, Kept] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tokens: dict[str, bytes] = field(default_factory=dict)
    sign_ins: int = 0
    refuses: str = ""
    taxpayers: dict[str, dict[str, Any]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def taxpayer(self, gstin: str) -> dict[str, Any]:
        self._require(gstin in self.taxpayers, "3028")
        return self.taxpayers[gstin]

    def generate(self, payload: dict[str, Any], gstin: str) -> dict[str, Any]:
        self._require(not list(errors(payload, inv01())) if STATUTORY.is_dir() else bool(payload), "2140")
        self._require(not self.refuses, self.refuses)
        seller, document = payload["SellerDtls"]["Gstin"], payload["DocDtls"]
        self._require(seller == gstin, "2143")
        self._business_rules(payload)
        irn = self.irn(seller, document)
        if irn in self.kept:
            self._require(self.kept[irn].cancelled_at is None, "2278")
            raise Refusal("2150", self._plain(self.kept[irn]))
        self.kept[irn] = Kept(irn, 112_610_000_000_000 + len(self.kept), self.now(), payload)
        return self._plain(self.kept[irn])

    def by_document(self, gstin: str, asked: dict[str, str]) -> dict[str, Any]:
        irn = self.irn(gstin, {"Typ": asked["doctype"], "No": asked["docnum"], "Dt": asked["docdate"]})
        self._require(irn in self.kept, "2148")
        return self._plain(self.kept[irn])

    def cancel(self, asked: dict[str, str]) -> dict[str, Any]:
        told = {name.lower(): value for name, value in asked.items()}
        self._require(told["irn"] in self.kept, "2148")
        found = self.kept[told["irn"]]
        self._require(found.cancelled_at is None, "9999")
        self._require(told["cnlrsn"] in "1234" and 1 <= len(told["cnlrem"]) <= 100, "2140")
        self._require(self.now() - found.at < timedelta(hours=24), "2270")
        found.cancelled_at = self.now()
        return {"Irn": found.irn, "CancelDate": india(self.now())}

    def _business_rules(self, payload: dict[str, Any]) -> None:
        seller, buyer, totals, items = (payload[name] for name in ("SellerDtls", "BuyerDtls", "ValDtls", "ItemList"))
        day = read_day(payload["DocDtls"]["Dt"])
        self._require(day <= self.now().astimezone(IST).date(), "2163")
        self._require(seller["Gstin"] != buyer["Gstin"], "2211")
        is_export = payload["TranDtls"]["SupTyp"].startswith("EXP")
        self._require(not is_export or (buyer["Gstin"], buyer["Pos"], buyer["Stcd"], buyer["Pin"]) == ("URP", "96", "96", 999999), "2248")
        self._require(is_export or "Pin" in buyer, "2244")
        is_intra = seller["Stcd"] == buyer["Pos"] and payload["TranDtls"]["SupTyp"] == "B2B"
        for item in items:
            self._require(not item["IgstAmt"] if is_intra else not (item["CgstAmt"] or item["SgstAmt"]), "2172" if is_intra else "2174")
            self._require(item["CgstAmt"] == item["SgstAmt"], "2227")
            self._require(abs(item["TotAmt"] - item["Discount"] - item["AssAmt"]) <= 1, "2193")
            worth = sum(item[name] for name in ("AssAmt", "CgstAmt", "SgstAmt", "IgstAmt", "CesAmt", "CesNonAdvlAmt"))
            self._require(abs(worth - item["TotItemVal"]) <= 1, "2194")
        for total, name, code in (("AssVal", "AssAmt", "2182"), ("SgstVal", "SgstAmt", "2183"), ("IgstVal", "IgstAmt", "2185")):
            self._require(totals[total] == sum(item[name] for item in items), code)
        worth = sum(totals[name] for name in ("AssVal", "CgstVal", "SgstVal", "IgstVal", "CesVal", "OthChrg", "RndOffAmt"))
        self._require(abs(worth - totals["Discount"] - totals["TotInvVal"]) <= 1, "2189")

    def _plain(self, kept: Kept) -> dict[str, Any]:
        payload, document = kept.payload, kept.payload["DocDtls"]
        main = max(payload["ItemList"], key=lambda item: item["AssAmt"])
        qr = {
            "SellerGstin": payload["SellerDtls"]["Gstin"],
            "BuyerGstin": payload["BuyerDtls"]["Gstin"],
            "DocNo": document["No"],
            "DocTyp": document["Typ"],
            "DocDt": document["Dt"],
            "TotInvVal": payload["ValDtls"]["TotInvVal"],
            "ItemCnt": len(payload["ItemList"]),
            "MainHsnCode": main["HsnCd"],
            "Irn": kept.irn,
            "IrnDt": india(kept.at),
        }
        return {
            "AckNo": kept.ack_no,
            "AckDt": india(kept.at),
            "Irn": kept.irn,
            "SignedInvoice": signed({**payload, "AckNo": kept.ack_no, "Irn": kept.irn}),
            "SignedQRCode": signed(qr),
            "Status": "CNL" if kept.cancelled_at else "ACT",
        }

    @staticmethod
    def irn(gstin: str, document: dict[str, str]) -> str:
        day = read_day(document["Dt"])
        first = day.year if day.month > 3 else day.year - 1
        said = f"{gstin}{first}-{(first + 1) % 100:02}{document['Typ']}{document['No'].upper()}"
        return hashlib.sha256(said.encode()).hexdigest()

    @staticmethod
    def _require(holds: bool, code: str) -> None:
        if not holds:
            raise Refusal(code)


# Doors ----------------------------------------------------------------------------------------------------------------


class Door(BaseHTTPRequestHandler):
    """The portal's own paths and a GSP's, on one host."""

    irp: Irp

    def do_POST(self) -> None:
        with self.irp.lock:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def do_GET(self) -> None:
        with self.irp.lock:
            self._serve(b"")

    def _serve(self, body: bytes) -> None:
        path, asked = urlsplit(self.path).path, {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.irp.asked.append(f"{self.command} {path}")
        fault = self.irp.faults.pop(0) if self.irp.faults and not path.endswith(("auth", "authenticate")) else ""
        if fault == "down":
            self._answer(503, b"")
            return
        if fault == "signed out":
            self.irp.tokens.clear()
        said = self._nic(path, asked, body) if path.startswith("/ei") else self._gsp(path, asked, body)
        if fault == "lost":
            self.connection.close()
        else:
            self._answer(*((200, b"<html>") if fault == "garbage" else said))

    def _nic(self, path: str, asked: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if (self.headers["client-id"], self.headers["client-secret"]) != (CLIENT, SECRET):
            return wrong("1004", "Invalid client")
        if path == "/eivital/v1.04/auth":
            return self._nic_sign_in(json.loads(body))
        sek = self.irp.tokens.get(self.headers["AuthToken"] or "")
        if sek is None or self.headers["user_name"] != USER:
            return wrong("1005", "Invalid Token")
        told = json.loads(opened(sek, base64.b64decode(json.loads(body)["Data"])), parse_float=Decimal) if body else {}
        try:
            found = self._done(path, told, asked)
        except Refusal as refusal:
            info = [{"InfCd": "DUPIRN", "Desc": refusal.args[1]}] if len(refusal.args) > 1 else None
            return wrong(refusal.args[0], "Refused", info)
        return ok({"Status": 1, "ErrorDetails": None, "Data": plain(closed(sek, exact(found).encode())), "InfoDtls": None})

    def _nic_sign_in(self, body: dict[str, str]) -> tuple[int, bytes]:
        told = json.loads(base64.b64decode(rsa_opened(base64.b64decode(body["Data"]))))
        if (told["UserName"], told["Password"]) != (USER, PASSWORD):
            return wrong("1007", "Authentication failed")
        sek, token = secrets.token_bytes(32), secrets.token_hex(12)
        self.irp.sign_ins, self.irp.tokens[token] = self.irp.sign_ins + 1, sek
        until = india(self.irp.now() + timedelta(hours=6))
        sealed = plain(closed(base64.b64decode(told["AppKey"]), sek))
        return ok({"Status": 1, "Data": {"ClientId": CLIENT, "UserName": USER, "AuthToken": token, "Sek": sealed, "TokenExpiry": until}})

    def _gsp(self, path: str, asked: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if path == "/gsp/authenticate":
            if (self.headers["gspappid"], self.headers["gspappsecret"]) != (CLIENT, SECRET):
                return 401, b"{}"
            self.irp.sign_ins, token = self.irp.sign_ins + 1, secrets.token_hex(12)
            self.irp.tokens[token] = b""
            return ok({"access_token": token, "token_type": "bearer", "expires_in": 86399})
        if (self.headers["Authorization"] or "").removeprefix("Bearer ") not in self.irp.tokens:
            return 401, b"{}"
        if (self.headers["user_name"], self.headers["password"]) != (USER, PASSWORD) or not self.headers["requestid"]:
            return ok({"success": False, "message": "1007 : Authentication failed", "result": None})
        told = json.loads(body, parse_float=Decimal) if body else {}
        try:
            found = self._done(path, told, asked)
        except Refusal as refusal:
            info = [{"InfCd": "DUPIRN", "Desc": refusal.args[1]}] if len(refusal.args) > 1 else None
            return ok({"success": False, "message": f"{refusal.args[0]} : Refused", "result": info})
        return ok({"success": True, "message": "done", "result": found})

    def _done(self, path: str, told: dict[str, Any], asked: dict[str, str]) -> dict[str, Any]:
        verb = path.rsplit("/", 1)[-1]
        if "/master/gstin" in path.lower():
            return self.irp.taxpayer(asked.get("gstin", verb))
        if verb.lower() == "cancel":
            return self.irp.cancel(told)
        return (
            self.irp.by_document(self.headers["gstin"], asked)
            if verb == "irnbydocdetails"
            else self.irp.generate(told, self.headers["gstin"])
        )

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Standing:
    """The portal on loopback, until it is closed."""

    def __init__(self, irp: Irp) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("OpenDoor", (Door,), {"irp": irp}))
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def ok(said: Any) -> tuple[int, bytes]:
    return 200, exact(said).encode()


def wrong(code: str, words: str, info: Any = None) -> tuple[int, bytes]:
    return ok({"Status": 0, "ErrorDetails": [{"ErrorCode": code, "ErrorMessage": words}], "Data": None, "InfoDtls": info})


# What is written and signed -------------------------------------------------------------------------------------------


def exact(value: Any) -> str:
    """JSON with decimals as the numbers they are."""
    marks: dict[str, str] = {}

    def marked(one: Any) -> str:
        marks[mark := f"\u0001{len(marks)}\u0001"] = str(one)
        return mark

    text = json.dumps(value, default=marked)
    for mark, number in marks.items():
        text = text.replace(json.dumps(mark), number)
    return text


def india(at: datetime) -> str:
    return at.astimezone(IST).strftime("%Y-%m-%d %H:%M:%S")


def read_day(text: str) -> date:
    day, month, year = text.split("/")
    return date(int(year), int(month), int(day))


def signed(data: dict[str, Any], private: int = D) -> str:
    """A token as the portal signs it: `data` is JSON text inside JSON."""
    parts = [json.dumps({"alg": "RS256", "typ": "JWT", "kid": "1"}), json.dumps({"iss": "NIC Sandbox", "data": exact(data)})]
    message = ".".join(url_safe(part.encode()) for part in parts)
    hashed = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(message.encode()).digest()
    padded = b"\x00\x01" + b"\xff" * (SIZE - len(hashed) - 3) + b"\x00" + hashed
    return f"{message}.{url_safe(pow(int.from_bytes(padded, 'big'), private, N).to_bytes(SIZE, 'big'))}"


def url_safe(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def plain(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def public_pem() -> str:
    return RSAPublicNumbers(E, N).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def rsa_opened(sent: bytes) -> bytes:
    padded = pow(int.from_bytes(sent, "big"), D, N).to_bytes(SIZE, "big")
    assert padded[:2] == b"\x00\x02"
    end = padded.index(b"\x00", 2)
    assert end >= 10
    return padded[end + 1 :]


def closed(key: bytes, clear: bytes) -> bytes:
    return _openssl("-e", key, clear)


def opened(key: bytes, sent: bytes) -> bytes:
    return _openssl("-d", key, sent)


def _openssl(way: str, key: bytes, text: bytes) -> bytes:
    """AES by another hand than the program's."""
    found = shutil.which("openssl")
    if not found:
        pytest.skip("openssl is not on the PATH: the stand-in opens with it what the program has encrypted")
    return subprocess.run([found, "enc", way, "-aes-256-ecb", "-K", key.hex()], input=text, capture_output=True, check=True).stdout
