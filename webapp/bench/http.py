"""Pages and pushes: the whole stack in process by CPU time, and the production server by the clock."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string
from flask.testing import FlaskClient

from webapp import identity
from webapp.app import create_app
from webapp.bench.ground import Ground, a_sale, cpu_ms, median, must_verify, prepare
from webapp.bench.run import Row
from webapp.kernel.dates import IST
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints
from webapp.platform import clock
from webapp.platform.settings import Settings
from webapp.platform.tenancy import open_books, open_directory
from webapp.sales import issue
from webapp.tax.rules import BillLine, Scheme, Supply, Terms, work_out

ROUNDS = 200
PAGE = "/bills"
_BARE = """<!doctype html><html><head><title>Bills</title></head><body><main><table>
{% for row in rows %}<tr><td>{{ row[0] }}</td><td>{{ row[1] }}</td><td>{{ row[2] }}</td><td>{{ row[3] }}</td>
<td>{{ row[4]|money }}</td><td>{{ row[5]|money }}</td><td>{{ row[6]|money }}</td><td>{{ row[7] }}</td></tr>
{% endfor %}</table></main></body></html>"""
_BARE_SQL = """select number, invoice_date, cashier, kind, taxable_paise, cgst_paise, total_paise, supply from invoice
order by invoice_date desc, id desc limit 50"""
_TOTALS = ("gross", "discount", "taxable", "cgst", "sgst", "igst", "cess", "round_off", "total")
_LINE = ("gross", "discount", "bill_discount", "taxable", "cgst", "sgst", "igst", "cess", "total")


def measure(folder: Path, scale: int) -> list[Row]:
    """The http bench's rows."""
    ground = prepare(folder)
    chance = random.Random(5)  # noqa: S311 - baskets, not secrets
    for _ in range(max(100, 20 * scale)):
        with open_books(ground.actor) as books:
            issue(books, a_sale(ground, 5, chance))
    settings = Settings(database_url=ground.database_url, var_dir=folder, secret_key="of a bench " * 4, port=_free_port())
    app = create_app(settings)
    client, cookie = _signed_in(app, ground)
    bare = _bare_app(folder / "bench.sqlite3").test_client()
    ours, theirs = _in_turn(client, bare)
    rows = [
        Row("list_page_cpu_ms", median(ours), "ms", len(ours)),
        Row("list_page_vs_flask", median([mine / base for mine, base in zip(ours, theirs, strict=True)]), "ratio", len(ours)),
    ]
    with _served(settings, folder) as port:
        latencies = _two_clients(port, cookie, 4 * scale + 40)
        rows.append(Row("list_page_p99_ms", statistics.quantiles(latencies, n=100)[98], "ms", len(latencies)))
        rows.append(_pushed(ground, port, cookie, max(4, scale // 2)))
    must_verify(ground.actor)
    return rows


def _in_turn(client: FlaskClient, bare: FlaskClient) -> tuple[list[float], list[float]]:
    for warm in (client, bare):
        for _ in range(5):
            warm.get(PAGE)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(cpu_ms(lambda: client.get(PAGE).get_data()))
        theirs.append(cpu_ms(lambda: bare.get(PAGE).get_data()))
    return ours, theirs


def _bare_app(database: Path) -> Flask:
    """The least that Flask and Jinja can do for the same fifty rows."""
    app = Flask("bare")
    app.jinja_env.filters["money"] = lambda paise: f"{paise // 100:,}.{paise % 100:02d}"
    connection = sqlite3.connect(database, check_same_thread=False)

    @app.get(PAGE)
    def show() -> str:
        return render_template_string(_BARE, rows=connection.execute(_BARE_SQL).fetchall())

    return app


def _signed_in(app: Flask, ground: Ground) -> tuple[FlaskClient, str]:
    client = app.test_client()
    with open_directory() as directory:
        user_id = ground.actor.user_id
        token = identity.open_sign_in(directory, user_id, user_agent="bench", address="127.0.0.1") if user_id else ""
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    kept = client.get_cookie("munim")
    return client, f"munim={kept.value}" if kept else ""


@contextmanager
def _served(settings: Settings, folder: Path) -> Iterator[int]:
    """The production web process on a port of its own."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "VAR_DIR": str(folder),
        "PORT": str(settings.port),
        "SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.database_url,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.serving", "web"], env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            try:
                _get(settings.port, "/healthz", "")
                break
            except OSError:
                time.sleep(0.05)
        yield settings.port
    finally:
        process.terminate()
        process.wait(15)


def _two_clients(port: int, cookie: str, count: int) -> list[float]:
    latencies: list[float] = []

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for number in range(count):
            began = time.perf_counter()
            connection.request("GET", PAGE, headers={"Cookie": cookie})
            connection.getresponse().read()
            if number >= 20:
                latencies.append((time.perf_counter() - began) * 1000)

    clients = [threading.Thread(target=ask) for _ in range(2)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return latencies


def _pushed(ground: Ground, port: int, cookie: str, batches: int) -> Row:
    """Bills a second through /sync/push, twenty in a batch, one web process."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"X-Munim-Sync": "1", "Content-Type": "application/json"}
    connection.request(
        "POST", "/counter/enrolment", json.dumps({"name": "Bench", "store": None, "shared": False}), {**headers, "Cookie": cookie}
    )
    answer = connection.getresponse()
    device = (answer.getheader("Set-Cookie") or "").split(";")[0]
    till = json.loads(answer.read())
    lease, prefix, seq = till["lease"], till["series"][0]["prefix"], 0
    chance = random.Random(9)  # noqa: S311 - baskets, not secrets
    prepared = []
    for _ in range(batches):
        commands = []
        for _ in range(20):
            seq += 1
            commands.append(_command(ground, chance, prefix, seq))
        prepared.append(commands)
    began = time.perf_counter()
    for commands in prepared:
        report = {"pending": len(commands), "oldest": None, "last": {prefix: seq}, "clock": clock.now().isoformat()}
        push = {"device": till["till"]["id"], "lease": lease, "build": "bench", "format": 1, "report": report, "commands": commands}
        connection.request("POST", "/sync/push", json.dumps(push), {**headers, "Cookie": device})
        results = json.loads(connection.getresponse().read())
        lease = results["lease"]
        refused = [one for one in results["results"] if one["status"] != "ok"]
        if refused:
            raise RuntimeError(f"a bench's bill was not taken: {refused[0]}")
    seconds = time.perf_counter() - began
    return Row("push_bills_per_s", 20 * batches / seconds, "1/s", 20 * batches)


def _command(ground: Ground, chance: random.Random, prefix: str, seq: int) -> dict[str, Any]:
    sale = a_sale(ground, 5, chance)
    # The same four classes as the shelf of `prepare`, in turn.
    places = {item: number for number, (item, _) in enumerate(ground.items)}
    rates = [(500, 1800, 0, 4000)[places[line.item_id] % 4] for line in sale.lines]
    worked = work_out(
        [
            BillLine(line.qty, line.unit_price, line.price_includes_tax, line.discount, BasisPoints(rate), BasisPoints(0))
            for line, rate in zip(sale.lines, rates, strict=True)
        ],
        Terms(Scheme.REGULAR, Supply.INTRA, sale.bill_discount, rounds_to_rupee=True),
    )
    at = clock.now().astimezone(IST)
    bill_id = str(new_id())
    body = {
        "v": 1, "id": bill_id, "series": prefix, "seq": seq, "number": f"{prefix}/{seq:06d}", "date": at.date().isoformat(),
        "at": at.isoformat(), "clock_flag": None, "kind": "tax_invoice", "cashier": {"id": None, "name": "Bench"}, "shift": None,
        "customer": None, "party": None, "supply": "intra", "pos": "27", "rules_v": 1,
        "lines": [
            {
                "item": str(line.item_id), "name": "Bench good", "qty": line.qty, "unit": "NOS", "hsn": "1905", "price": line.unit_price,
                "incl": True, "mrp": None, "disc": 0, "rate": rate, "cess": 0, "treatment": "taxable" if rate else "nil",
                "fig": {name: getattr(figures, name) for name in _LINE},
            }
            for line, rate, figures in zip(sale.lines, rates, worked.lines, strict=True)
        ],
        "bill_disc": 0, "totals": {name: getattr(worked, name) for name in _TOTALS},
        "tenders": [{"mode": "cash", "amount": worked.total, "ref": "", "given": None}], "note": "",
    }  # fmt: skip
    text = json.dumps(body, separators=(",", ":"))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return {"id": bill_id, "type": "bill.issue", "ref": None, "series": prefix, "seq": seq, "body": text, "sha256": sha256}


def _get(port: int, path: str, cookie: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={"Cookie": cookie})
    return connection.getresponse().read()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
