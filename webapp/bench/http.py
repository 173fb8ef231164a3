"""Pages and pushes: the whole stack in process by CPU time, and the production server by the clock."""

from __future__ import annotations

import gc
import hashlib
import http.client
import json
import random
import statistics
import threading
import time
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from flask.testing import FlaskClient

from webapp.bench.bare import PAGE, bare_client
from webapp.bench.ground import ITEMS, Ground, a_sale, bench_app, cpu_ms, median, must_verify, part, prepare, served, signed_in_client
from webapp.bench.run import Row
from webapp.kernel.dates import IST
from webapp.kernel.errors import keep_promise
from webapp.kernel.ids import new_id
from webapp.kernel.money import BasisPoints
from webapp.platform import clock
from webapp.platform.tenancy import open_books
from webapp.sales import issue
from webapp.tax.rules import BillLine, Scheme, Supply, Terms, work_out

ROUNDS = 200
WARM = 20
_TOTALS = ("gross", "discount", "taxable", "cgst", "sgst", "igst", "cess", "round_off", "total")
_LINE = ("gross", "discount", "bill_discount", "taxable", "cgst", "sgst", "igst", "cess", "total")


def measure(folder: Path, scale: int) -> list[Row]:
    """The http bench's rows."""
    ground = prepare(folder, items=part(ITEMS, scale, least=40))
    chance = random.Random(5)  # noqa: S311 - baskets, not secrets
    for _ in range(part(2_000, scale, least=100)):
        with open_books(ground.actor) as books:
            issue(books, a_sale(ground, 5, chance))
    app, settings = bench_app(ground, folder)
    client = signed_in_client(app, ground)
    kept = client.get_cookie("munim")
    cookie = f"munim={kept.value}" if kept else ""
    ours, theirs = _in_turn(client, bare_client(cast("UUID", ground.actor.user_id), ground.actor.company_id), part(ROUNDS, scale, least=20))
    rows = [
        Row("list_page_cpu_ms", median(ours), "ms", len(ours)),
        Row("list_page_vs_flask", median([mine / base for mine, base in zip(ours, theirs, strict=True)]), "ratio", len(ours)),
        Row("bare_page_cpu_ms", median(theirs), "ms", len(theirs)),
    ]
    with served(settings):
        latencies = _two_clients(settings.port, cookie, part(400, scale, least=40) + WARM)
        rows.append(Row("list_page_p99_ms", statistics.quantiles(latencies, n=100)[98], "ms", len(latencies)))
        rows.append(_pushed(ground, settings.port, cookie, part(50, scale, least=4)))
    must_verify(ground.actor)
    return rows


def _in_turn(client: FlaskClient, bare: FlaskClient, rounds: int) -> tuple[list[float], list[float]]:
    for warm in (client, bare):
        for _ in range(5):
            keep_promise(warm.get(PAGE).get_data().count(b"<tr") >= 50, "both pages show fifty bills")
    # As the server does once it is warm (webapp/serving.py); both pages gain by it.
    gc.collect()
    gc.freeze()
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(cpu_ms(lambda: client.get(PAGE).get_data()))
        theirs.append(cpu_ms(lambda: bare.get(PAGE).get_data()))
    return ours, theirs


def _two_clients(port: int, cookie: str, count: int) -> list[float]:
    latencies: list[float] = []

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for number in range(count):
            began = time.perf_counter()
            connection.request("GET", PAGE, headers={"Cookie": cookie})
            connection.getresponse().read()
            if number >= WARM:
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
