"""A till as seen from a test: it numbers, freezes and queues as the browser's does, and pushes through HTTP."""

from __future__ import annotations

import hashlib
import http.client
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.ground.server import LiveServer
from tests.ground.shops import Shop
from webapp import identity
from webapp.kernel.dates import IST
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints, MilliPaise, Paise, Qty
from webapp.platform import clock
from webapp.platform.tenancy import open_directory
from webapp.sales import ReturnLine
from webapp.sales.returns import SoldLine, work_out_return
from webapp.tax.rules import BillLine, Figures, LineFigures, Scheme, Supply, Terms, work_out

SYNC = {"X-Munim-Sync": "1"}
_LINE = ("gross", "discount", "bill_discount", "taxable", "cgst", "sgst", "igst", "cess", "total")
_TOTALS = ("gross", "discount", "taxable", "cgst", "sgst", "igst", "cess", "round_off", "total")


def signed_in(app: Flask, shop: Shop) -> FlaskClient:
    """A browser in which the shop's owner has signed in."""
    client = app.test_client()
    with open_directory() as directory:
        assert shop.actor.user_id is not None
        token = identity.open_sign_in(directory, shop.actor.user_id, user_agent="test", address="127.0.0.1")
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return client


@dataclass
class Device:
    """One browser that is a till."""

    client: FlaskClient
    till: dict[str, Any]
    lease: str
    last: dict[str, int]
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    outbox: list[dict[str, Any]] = field(default_factory=list)
    shift: str | None = None
    rounds: bool = True

    @classmethod
    def enrol(cls, client: FlaskClient, name: str = "Front counter", **wish: Any) -> Device:
        answer = client.post("/counter/enrolment", json={"name": name, "store": None, "shared": False, **wish}, headers=SYNC)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        made = answer.get_json()
        return cls(client, made["till"], made["lease"], {row["prefix"]: row["last"] for row in made["series"]})

    @property
    def code(self) -> str:
        return str(self.till["code"])

    def copy(self) -> Device:
        """A restored backup, or a clone of the profile: the same cookie, the same storage."""
        return Device(self.client, dict(self.till), self.lease, dict(self.last), self.items, [dict(one) for one in self.outbox], self.shift)

    # What happens at the counter ------------------------------------------------------------------------------------

    def number(self, ending: str = "", at: datetime | None = None) -> tuple[str, int]:
        day = (at or clock.now()).astimezone(IST).date()
        prefix = f"{(day.year if day.month >= 4 else day.year - 1) % 100:02d}{self.code}{ending}"
        self.last[prefix] = self.last.get(prefix, 0) + 1
        return prefix, self.last[prefix]

    def line(self, item: str, qty: int = 1000, disc: int = 0, **other: Any) -> dict[str, Any]:
        about = self.items[item]
        return {
            "item": about["id"],
            "name": item,
            "qty": qty,
            "unit": "NOS",
            "hsn": about.get("hsn", ""),
            "price": about["price"],
            "incl": about.get("incl", True),
            "mrp": None,
            "disc": disc,
            "rate": about["rate"],
            "cess": 0,
            "treatment": "taxable",
            **other,
        }

    def sell(self, *lines: dict[str, Any], **other: Any) -> dict[str, Any]:
        """Issue a bill paid in cash; it waits in the outbox. `other` changes the body after it was worked out."""
        at = other.pop("at_instant", None) or clock.now()
        paid = other.pop("paid", None)
        prefix, seq = self.number(at=at)
        figures = worked_out(lines, self.rounds)
        body = {
            **self._head(at, prefix, seq),
            "kind": "tax_invoice",
            "shift": self.shift,
            "customer": None,
            "party": None,
            "supply": "intra",
            "pos": "27",
            "rules_v": 1,
            "lines": with_figures(lines, figures),
            "bill_disc": 0,
            "totals": {name: getattr(figures, name) for name in _TOTALS},
            "tenders": paid or [{"mode": "cash", "amount": figures.total, "ref": "", "given": None}],
            "note": "",
            **other,
        }
        return self.command("bill.issue", body, id=body["id"], series=prefix, seq=seq)

    def _head(self, at: datetime, prefix: str, seq: int) -> dict[str, Any]:
        local = at.astimezone(IST)
        return {
            "v": 1,
            "id": str(new_id()),
            "series": prefix,
            "seq": seq,
            "number": f"{prefix}/{seq:06d}",
            "date": local.date().isoformat(),
            "at": local.isoformat(),
            "clock_flag": None,
            "cashier": {"id": None, "name": "Ravi"},
        }

    def take_back(self, bill: dict[str, Any], line_no: int, qty: int, **other: Any) -> dict[str, Any]:
        """Return part of one line of a bill for cash."""
        sold = json.loads(bill["body"])
        line = dict(sold["lines"][line_no - 1])
        line.pop("fig")
        figures = returned(sold, line_no, qty)
        line = {**line, "qty": qty, "line": line_no, "disc": figures.lines[0].discount}
        prefix, seq = self.number("R")
        body = {
            **sold,
            **self._head(clock.now(), prefix, seq),
            "kind": "credit_note",
            "against": sold["id"],
            "lines": with_figures([line], figures),
            "totals": {name: getattr(figures, name) for name in _TOTALS},
            "tenders": [{"mode": "cash", "amount": figures.total, "ref": "", "given": None}],
            **other,
        }
        return self.command("return.issue", body, id=body["id"], series=prefix, seq=seq)

    def take_money(self, customer: str, amount: int, **other: Any) -> dict[str, Any]:
        prefix, seq = self.number("P")
        about = {"shift": self.shift, "customer": customer, "amount": amount, "mode": "cash", "ref": "", "note": ""}
        body = {**self._head(clock.now(), prefix, seq), **about, **other}
        return self.command("receipt.take", body, id=body["id"], series=prefix, seq=seq)

    def do(self, kind: str, **body: Any) -> dict[str, Any]:
        """Any command without a number."""
        at = body.pop("at_instant", None) or clock.now()
        whole = {"v": 1, "id": str(new_id()), "at": at.astimezone(IST).isoformat(), "cashier": {"id": None, "name": "Ravi"}, **body}
        return self.command(kind, whole)

    def open_shift(self, float_paise: int = 0) -> dict[str, Any]:
        made = self.do("shift.open", float=float_paise)
        self.shift = json.loads(made["body"])["id"]
        return made

    def command(self, kind: str, body: Any, **outside: Any) -> dict[str, Any]:
        """Freeze a body and queue it."""
        text = body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))
        made = {
            "id": str(new_id()),
            "type": kind,
            "ref": None,
            "series": None,
            "seq": None,
            "body": text,
            "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
            **outside,
        }
        self.outbox.append(made)
        return made

    def reserve(self, bill: str, *lines: tuple[str, int]) -> TestResponse:
        """Ask for goods to be set aside: (item's name, thousandths) each. With no lines, give them back."""
        wanted = [{"item": self.items[name]["id"], "qty": qty} for name, qty in lines]
        return self.client.post("/sync/reservation", json={"bill": bill, "lines": wanted}, headers=SYNC)

    # What goes over the wire ----------------------------------------------------------------------------------------

    def envelope(self, commands: list[dict[str, Any]], **other: Any) -> dict[str, Any]:
        report = {"pending": len(self.outbox), "oldest": None, "last": self.last, "clock": clock.now().isoformat()}
        return {
            "device": self.till["id"],
            "lease": self.lease,
            "build": "abc",
            "format": 1,
            "report": report,
            "commands": commands,
            **other,
        }

    def post(self, commands: list[dict[str, Any]], **other: Any) -> TestResponse:
        """One push, as it is; the till takes no notice of the answer."""
        return self.client.post("/sync/push", json=self.envelope(commands, **other), headers=SYNC)

    def push(self, commands: Iterable[dict[str, Any]] | None = None, **other: Any) -> list[dict[str, Any]]:
        """One push of what waits (at most twenty), and the till does as it is told."""
        batch = list(commands) if commands is not None else self.outbox[:20]
        answer = self.post(batch, **other)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        told = answer.get_json()
        if told["lease"]:
            self.lease = told["lease"]
        done = {one["id"] for one in told["results"] if one["status"] != "later"}
        self.outbox = [one for one in self.outbox if one["id"] not in done]
        return list(told["results"])

    def statuses(self, commands: Iterable[dict[str, Any]] | None = None) -> list[str]:
        return [one["status"] for one in self.push(commands)]


def worked_out(lines: Iterable[dict[str, Any]], rounds: bool) -> Figures:
    """The figures as the till's JavaScript works them out: by the same rules."""
    return work_out(
        [
            BillLine(
                Qty(line["qty"]),
                MilliPaise(line["price"]),
                line["incl"],
                Paise(line["disc"]),
                BasisPoints(line["rate"]),
                BasisPoints(line["cess"]),
            )
            for line in lines
        ],
        Terms(Scheme.REGULAR, Supply.INTRA, Paise(0), rounds_to_rupee=rounds),
    )


def returned(sold: dict[str, Any], line_no: int, qty: int) -> Figures:
    """The figures of a first return against a bill of this device."""
    line = sold["lines"][line_no - 1]
    figures = LineFigures(**{name: Paise(line["fig"][name]) for name in _LINE})
    nothing = LineFigures(**dict.fromkeys(_LINE, Paise(0)))
    was = SoldLine(line_no, line["name"], Qty(line["qty"]), figures, Paise(0), Qty(0), nothing, Paise(0))
    return work_out_return([was], [ReturnLine(line_no, Qty(qty))], total=Paise(sold["totals"]["total"]), back_total=Paise(0)).figures


def with_figures(lines: Iterable[dict[str, Any]], figures: Figures) -> list[dict[str, Any]]:
    return [{**line, "fig": {name: getattr(fig, name) for name in _LINE}} for line, fig in zip(lines, figures.lines, strict=True)]


def changed(command: dict[str, Any], **body: Any) -> dict[str, Any]:
    """The same command with another body, its hash in order."""
    text = json.dumps({**json.loads(command["body"]), **body}, separators=(",", ":"))
    return {**command, "body": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def body_of(command: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(command["body"]))


def id_of(command: dict[str, Any]) -> UUID:
    return UUID(body_of(command)["id"])


def push_over_the_wire(server: LiveServer, token: str, envelope: dict[str, Any]) -> dict[str, Any] | None:
    """Push to a server of its own process; None when no answer came."""
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=300)
    try:
        headers = {**SYNC, "Content-Type": "application/json", "Cookie": f"munim_till={token}"}
        connection.request("POST", "/sync/push", json.dumps(envelope), headers)
        answer = connection.getresponse()
        return dict(json.loads(answer.read())) if answer.status == 200 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
