"""Which pages a device may keep: those that say so, under a name that is one person's in one company."""

from __future__ import annotations

from flask import Flask

from tests.counter.device import signed_in
from tests.ground.shops import Shop


def test_pages_to_read_offline_say_whose_they_are(app: Flask, sharma: Shop, iyer: Shop) -> None:
    ours, theirs = signed_in(app, sharma), signed_in(app, iyer)
    named = {client.get(address).headers["X-Offline"] for client in (ours,) for address in ("/today", "/bills", "/items", "/day-book")}
    assert len(named) == 1
    assert theirs.get("/today").headers["X-Offline"] not in named


def test_other_pages_and_pieces_of_pages_are_not_kept(app: Flask, sharma: Shop) -> None:
    client = signed_in(app, sharma)
    for address in ("/settings", "/trial-balance", "/counter/tills", "/sign-in", "/items/new"):
        assert "X-Offline" not in client.get(address).headers, address
    assert "X-Offline" not in client.get("/bills", headers={"HX-Request": "true"}).headers
