"""A stand-in for Razorpay's API: it checks keys, shapes and states as the real one, and loses answers when a test says so.

It is held honest by the official SDK, which drives it too (test_stand_in.py), and by the SDK's own sample answers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY_ID, KEY_SECRET, HOOK_SECRET = "rzp_test_1DP5mmOlF5G5ag", "thisissupersecret", "whsec"
Body = dict[str, Any]


class Wrong(Exception):
    """An error as Razorpay says it."""

    def __init__(self, description: str, status: int = 400, field: str = "") -> None:
        super().__init__(description)
        self.status = status
        self.body = {
            "error": {"code": "BAD_REQUEST_ERROR", "description": description, "field": field, "reason": "input_validation_failed"}
        }


@dataclass
class Razorpay:
    """What stands at the gateway."""

    now: Callable[[], int] = lambda: 1_795_000_000
    links: dict[str, Body] = field(default_factory=dict)
    codes: dict[str, Body] = field(default_factory=dict)
    payments: dict[str, Body] = field(default_factory=dict)
    refunds: dict[str, Body] = field(default_factory=dict)
    by_key: dict[str, tuple[str, str]] = field(default_factory=dict)
    recon: list[Body] = field(default_factory=list)
    settled: dict[str, Body] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    loses: int = 0  # so many answers to writes are lost after they took effect
    down: bool = False
    nonsense: bool = False
    count: int = 0

    def id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}_{self.count:014}"

    # What the world does ---------------------------------------------------------------------------------------------

    def pay(self, reference: str, amount: int, *, status: str = "captured", currency: str = "INR", fee: int = 0, tax: int = 0) -> Body:
        """A customer pays what a reference asks for."""
        notes: Any = {"reference": reference} if reference else []
        paid = {
            "id": self.id("pay"),
            "entity": "payment",
            "amount": amount,
            "currency": currency,
            "status": status,
            "method": "upi",
            "fee": fee or None,
            "tax": tax or None,
            "notes": notes,
            "acquirer_data": {"rrn": "412345678901"},
            "created_at": self.now(),
        }
        self.payments[paid["id"]] = paid
        for link in self.links.values():
            if link["reference_id"] == reference and status == "captured":
                link["amount_paid"] += amount
                link["payments"].append({"payment_id": paid["id"], "amount": amount, "status": "captured"})
                link["status"] = "paid" if link["amount_paid"] >= link["amount"] else "partially_paid"
        return paid

    def settle(self, *rows: Body, utr: str = "RZRP111111111111") -> str:
        """Pay out what these rows come to."""
        settlement = self.id("setl")
        for row in rows:
            self.recon.append({"settlement_id": settlement, "settlement_utr": utr, "settled_at": self.now(), **row})
        net = sum(row["credit"] - row["debit"] for row in rows)
        self.settled[settlement] = {"id": settlement, "entity": "settlement", "amount": net, "status": "processed", "utr": utr}
        return settlement

    def row_of(self, paid: Body) -> Body:
        """A payment as the reconciliation tells it."""
        fee, tax = paid["fee"] or 0, paid["tax"] or 0
        return {"entity_id": paid["id"], "type": "payment", "amount": paid["amount"], "fee": fee, "tax": tax, "debit": 0} | {
            "credit": paid["amount"] - fee
        }

    def refund_row(self, back: Body) -> Body:
        return {
            "entity_id": back["id"],
            "type": "refund",
            "amount": back["amount"],
            "fee": 0,
            "tax": 0,
            "debit": back["amount"],
            "credit": 0,
        }

    def message(self, name: str, account_id: str = "acc_shop", **entities: Body) -> tuple[bytes, str]:
        """A webhook's body and its signature."""
        said = {"entity": "event", "account_id": account_id, "event": name, "contains": list(entities), "created_at": self.now()}
        said["payload"] = {kind: {"entity": entity} for kind, entity in entities.items()}
        body = json.dumps(said).encode()
        return body, sign(body)

    # What is asked of it ---------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, query: dict[str, str], body: Body, key: str) -> Body:
        routes: list[tuple[str, str, Callable[..., Body]]] = [
            ("POST", r"/payment_links", lambda: self.make_link(body)),
            ("GET", r"/payment_links", lambda: {"payment_links": self._links(query)}),
            ("GET", r"/payment_links/(\w+)", lambda id_: self._one(self.links, id_)),
            ("POST", r"/payment_links/(\w+)/cancel", self.cancel_link),
            ("POST", r"/payments/qr_codes", lambda: self.make_code(body)),
            ("GET", r"/payments/qr_codes", lambda: self._page(list(self.codes.values()), query)),
            ("GET", r"/payments/qr_codes/(\w+)", lambda id_: self._one(self.codes, id_)),
            ("POST", r"/payments/qr_codes/(\w+)/close", self.close_code),
            ("GET", r"/payments", lambda: self._page(self._between(query), query)),
            ("GET", r"/payments/(\w+)", lambda id_: self._one(self.payments, id_)),
            ("POST", r"/payments/(\w+)/refund", lambda id_: self.make_refund(id_, body, key)),
            ("GET", r"/payments/(\w+)/refunds", lambda id_: self._page(self._refunds(id_), query)),
            ("GET", r"/settlements/recon/combined", lambda: self._page(self._recon(query), query)),
            ("GET", r"/settlements/(\w+)", lambda id_: self._one(self.settled, id_)),
        ]
        for way, pattern, act in routes:
            if way == method and (found := re.fullmatch(pattern, path)):
                return act(*found.groups())
        raise Wrong("The requested URL was not found on the server.", 404)

    def require_open(self, authorization: str) -> None:
        if self.down:
            raise Wrong("We are facing some trouble completing your request at the moment.", 502)
        if authorization != "Basic " + base64.b64encode(f"{KEY_ID}:{KEY_SECRET}".encode()).decode():
            raise Wrong("The api key provided is invalid", 401)

    def make_link(self, body: Body) -> Body:
        amount, reference = self._amount(body, "amount"), str(body.get("reference_id", ""))
        if len(reference) > 40:
            raise Wrong("reference_id may not be greater than 40 characters.", field="reference_id")
        if any(
            reference and one["reference_id"] == reference and one["status"] in {"created", "partially_paid"} for one in self.links.values()
        ):
            raise Wrong(f"payment link with given reference_id ({reference}) already exists", field="reference_id")
        if body.get("expire_by") and body["expire_by"] < self.now() + 15 * 60:
            raise Wrong("expire_by should be at least 15 minutes after current time", field="expire_by")
        id_ = self.id("plink")
        made = {"id": id_, "amount": amount, "amount_paid": 0, "currency": "INR", "status": "created", "reference_id": reference}
        made |= {"short_url": f"https://rzp.io/i/{id_[-7:]}", "notes": body.get("notes") or [], "payments": [], "accept_partial": False}
        made |= {"accept_partial": bool(body.get("accept_partial")), "expire_by": body.get("expire_by", 0)}
        self.links[id_] = made
        return made

    def cancel_link(self, id_: str) -> Body:
        link = self._one(self.links, id_)
        if link["status"] not in {"created", "partially_paid"}:
            raise Wrong(f"Payment link is already {link['status']}.")
        link["status"] = "cancelled"
        return link

    def make_code(self, body: Body) -> Body:
        if body.get("type") != "upi_qr" or body.get("usage") not in {"single_use", "multiple_use"}:
            raise Wrong("The type is invalid.", field="type")
        id_ = self.id("qr")
        made = {"id": id_, "entity": "qr_code", "status": "active", "close_reason": None, "notes": body.get("notes") or []}
        made |= {"payment_amount": self._amount(body, "payment_amount"), "image_url": f"https://rzp.io/i/{id_[-7:]}"}
        self.codes[id_] = made
        return made

    def close_code(self, id_: str) -> Body:
        code = self._one(self.codes, id_)
        if code["status"] != "active":
            raise Wrong("QR code is closed already.")
        code |= {"status": "closed", "close_reason": "on_demand"}
        return code

    def make_refund(self, payment_id: str, body: Body, key: str) -> Body:
        paid = self._one(self.payments, payment_id)
        said = json.dumps([payment_id, body], sort_keys=True)
        if key and not re.fullmatch(r"[A-Za-z0-9_-]{10,}", key):
            raise Wrong("The idempotency key is invalid.")
        if key in self.by_key:
            earlier, content = self.by_key[key]
            if content != said:
                raise Wrong("Different request body sent for the same Idempotency Header")
            return self.refunds[earlier]
        amount = self._amount(body, "amount") if "amount" in body else paid["amount"]
        if paid["status"] != "captured":
            raise Wrong("The payment status should be captured for action to be taken")
        if amount > paid["amount"] - sum(one["amount"] for one in self._refunds(payment_id)):
            raise Wrong("The total refund amount is greater than the refund payment amount", field="amount")
        id_ = self.id("rfnd")
        made = {"id": id_, "entity": "refund", "amount": amount, "currency": "INR", "payment_id": payment_id, "status": "processed"}
        made |= {"notes": body.get("notes") or [], "receipt": body.get("receipt"), "created_at": self.now()}
        self.refunds[id_] = made
        if key:
            self.by_key[key] = (id_, said)
        return made

    def _amount(self, body: Body, name: str) -> int:
        amount = body.get(name)
        if not isinstance(amount, int) or isinstance(amount, bool):
            raise Wrong(f"The {name} must be an integer.", field=name)
        if amount < 100:
            raise Wrong("The amount must be atleast INR 1.00", field=name)
        return amount

    def _one(self, kept: dict[str, Body], id_: str) -> Body:
        if id_ not in kept:
            raise Wrong("The id provided does not exist")
        return kept[id_]

    def _links(self, query: dict[str, str]) -> list[Body]:
        return [one for one in self.links.values() if one["reference_id"] == query.get("reference_id", one["reference_id"])]

    def _between(self, query: dict[str, str]) -> list[Body]:
        since, until = int(query.get("from", 0)), int(query.get("to", 10**11))
        return [one for one in self.payments.values() if since <= one["created_at"] <= until]

    def _refunds(self, payment_id: str) -> list[Body]:
        return [one for one in self.refunds.values() if one["payment_id"] == payment_id]

    def _recon(self, query: dict[str, str]) -> list[Body]:
        if "year" not in query or "month" not in query:
            raise Wrong("The year field is required.", field="year")
        return self.recon

    def _page(self, rows: list[Body], query: dict[str, str]) -> Body:
        skip, size = int(query.get("skip", 0)), int(query.get("count", 10))
        found = rows[skip : skip + size]
        return {"entity": "collection", "count": len(found), "items": found}


def sign(body: bytes, secret: str = HOOK_SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Standing:
    """It on a port of this machine."""

    def __init__(self, api: Razorpay) -> None:
        self.api, self.lock = api, threading.Lock()
        standing = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                standing.serve(self, "GET")

            def do_POST(self) -> None:
                standing.serve(self, "POST")

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def serve(self, handler: BaseHTTPRequestHandler, method: str) -> None:
        raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        with self.lock:  # the real one has one truth, too
            is_lost, status, said = self.judge(handler, method, raw)
        if is_lost:
            handler.connection.close()
            return
        sent = b"<html>" if self.api.nonsense else json.dumps(said).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(sent)))
        handler.end_headers()
        handler.wfile.write(sent)

    def judge(self, handler: BaseHTTPRequestHandler, method: str, raw: bytes) -> tuple[bool, int, Body]:
        """Whether the answer gets lost, its status, and what it says."""
        api, parts = self.api, urlsplit(handler.path)
        api.asked.append((method, parts.path.removeprefix("/v1")))
        try:
            api.require_open(handler.headers.get("Authorization") or "")
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = json.loads(raw) if raw else {}
            said = api.answer(method, parts.path.removeprefix("/v1"), query, body, handler.headers.get("X-Refund-Idempotency", ""))
            status = 200
        except Wrong as wrong:
            said, status = wrong.body, wrong.status
        is_lost = method == "POST" and api.loses > 0 and status == 200
        api.loses -= is_lost
        return is_lost, status, said

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
