"""`bin/attack`: a demo of its own in a folder that is thrown away, and tools of others set on it. Exit 1 when one finds something."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import click
from sqlalchemy import select

from tests.attack.libraries import materials, report
from tests.attack.parsers import PARSERS
from tests.ground.server import LiveServer, clean_environment, free_port, web_process
from webapp import api_access
from webapp.api_access.scopes import READING
from webapp.api_access.service import Draft
from webapp.identity.models import UserAccount
from webapp.platform import db
from webapp.platform.permissions import Role
from webapp.platform.tenancy import Actor, open_directory

ROOT = Path(__file__).parents[2]
EMAIL, PASSWORD = "owner@sharma.example", "peepal-mango-lotus-345"
# Of each page what it searches, and days and words that its filters take.
QUESTIONS = (
    "items?q=a",
    "parties?q=a",
    "bills?q=a&from=2026-04-01&to=2026-11-20",
    "vouchers?q=a",
    "find?q=a",
    "stock?q=a",
    "purchases/bills?q=a&from=2026-04-01&to=2026-11-20",
    "purchases/orders?q=a",
    "purchases/receipts?q=a",
    "orders?q=a",
    "stock/batches?q=a",
    "edit-log?q=a",
    "receipts?q=a",
    "accounts?q=a",
)
ENDS_A_SIGN_IN = ("sign-out", "account", "security-events", "settings/people", "settings/tokens")
# Debian's wapiti was written for an older Python, which took flags at the end of a pattern.
_WAPITI = """
import fnmatch, re, sys
import wapitiCore.net.crawler as crawler
crawler.wildcard_translate = lambda pattern: re.compile(fnmatch.translate(pattern))
from wapitiCore.main.wapiti import wapiti_main
sys.argv[0] = "wapiti"
wapiti_main()
"""


def main() -> int:
    """The number of tools or readers that found something, 1 at most."""
    tools, what, *rest = (*sys.argv[1:], "")[:4]
    seconds = rest[0] if rest and rest[0].isdigit() else "60"
    if what == "parsers":
        return parsers(Path(tools), seconds)
    if what in {"queries", "forms", "api"}:
        with demo() as shop:
            cookie = sign_in(shop.url)
            return {
                "queries": lambda: queries(Path(tools), shop.url, cookie),
                "forms": lambda: forms(shop, cookie, seconds),
                "api": lambda: api(Path(tools), shop),
            }[what]()
    if what == "libraries":
        return report()
    if what == "materials":
        click.echo(materials())
        return 0
    click.echo("bin/attack parsers|queries|forms|api [SECONDS], or libraries|materials", err=True)
    return 2


def parsers(tools: Path, seconds: str) -> int:
    """Each reader for so many seconds, guided by the code it reaches."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join([sysconfig.get_path("purelib"), str(ROOT)])}
    found = []
    for name in PARSERS:
        click.echo(f"── {name}")
        with tempfile.TemporaryDirectory() as folder:
            command = [tools / "bin" / "python", "-m", "tests.attack.fuzz", name, seconds]
            done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
            if done.returncode:
                found.append(name)
                click.echo(done.stdout[-4_000:] + done.stderr[-4_000:])
                for one in Path(folder).glob("crash-*"):
                    click.echo(f"bytes: {one.read_bytes()!r}")
    click.echo(f"{len(PARSERS)} readers, {len(found)} finds: {', '.join(found)}")
    return 1 if found else 0


def queries(tools: Path, url: str, cookie: str) -> int:
    """Every question of QUESTIONS, its parameters one by one (sqlmap's level 3 finds what stands inside LIKE)."""
    for one in QUESTIONS:  # a page that is not there would be passed over without a word
        asked_for(f"{url}/{one}", cookie).close()
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder, "asked")
        asked.write_text("".join(f"{url}/{one}\n" for one in QUESTIONS))
        switches = ["--batch", "--level", "3", "--risk", "2", "--dbms", "sqlite", "--skip-static", "--threads", "2", "-p", "q,from,to"]
        subprocess.run([tools / "bin" / "sqlmap", "-m", asked, "--cookie", cookie, "--output-dir", folder, *switches], check=True)
        rows = [row for report in Path(folder).glob("results-*.csv") for row in csv.DictReader(report.open()) if row.get("Technique(s)")]
    click.echo("\n".join([f"{len(QUESTIONS)} pages, {len(rows)} finds", *map(str, rows)]))
    return 1 if rows else 0


def forms(shop: LiveServer, cookie: str, seconds: str) -> int:
    """Whatever wapiti finds by itself from the first page, and every form there; a quarter of the time for each way of attack. Pages are left
    out by which it would sign itself out; an answer of 500 is a find too, and so is a run at whose end nobody is signed in any more."""
    url = shop.url
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        modules = "sql,xss,permanentxss,file,exec,redirect,crlf,ssrf"
        switches = ["--scope", "domain", "--flush-session", "--no-bugreport", "-f", "json", "-o", report]
        for ends in ENDS_A_SIGN_IN:
            switches += ["-x", f"{url}/{ends}*"]
        limits = ["--max-scan-time", seconds, "--max-attack-time", str(max(10, int(seconds) // 4)), "-m", modules]
        python = "/usr/bin/python3"  # the system's own, which Debian's packages are for
        subprocess.run(
            [python, "-c", _WAPITI, "-u", f"{url}/today", "-H", f"Cookie: {cookie}", *switches, *limits],
            check=True,
            env=os.environ | {"HOME": folder},
        )
        said = json.loads(report.read_text())
    found = {name: rows for name, rows in (said["vulnerabilities"] | said["anomalies"]).items() if rows}
    log = (shop.var_dir / "web.log").read_text()
    mistakes, answered = (
        [line for line in log.splitlines() if '"event": "answered"' in line and f'"status": {status}' in line] for status in ("500", "")
    )
    with asked_for(f"{url}/today", cookie) as answer:
        is_signed_in = "/sign-in" not in answer.url
    click.echo(
        f"{len(answered)} requests, {sum(map(len, found.values()))} finds, {len(mistakes)} answers of 500, signed in to the end: {is_signed_in}"
    )
    click.echo("\n".join([json.dumps(found, indent=1), *mistakes[:20]]))
    return 1 if found or mistakes or not is_signed_in else 0


def api(tools: Path, shop: LiveServer) -> int:
    """What the OpenAPI document says of every address, held against the answers. Left out is the check that whatever fits the document is
    taken: signs that cannot be printed are refused, and no schema says that of a form."""
    switches = ["-n", "200", "--checks", "all", "--exclude-checks", "positive_data_acceptance"]
    command = [tools / "bin" / "st", "run", f"{shop.url}/api/v1/openapi.json", "--url", shop.url, *switches]
    command += ["-H", f"Authorization: Bearer {access_token(shop)}"]
    return int(subprocess.run(command, cwd=shop.var_dir, check=False).returncode != 0)


def access_token(shop: LiveServer) -> str:
    """Of the owner, for whatever may be read."""
    engine = db.make_engine(shop.database_url)
    db.use(engine)
    with open_directory() as directory:
        user_id = directory.scalars(select(UserAccount.id).where(UserAccount.email == EMAIL)).one()
    made = api_access.make_personal(Actor(1, Role.OWNER, user_id, "Owner"), Draft("attack", READING))
    engine.dispose()
    sent = Request(f"{shop.url}/api/v1/auth/token", urlencode({"token": made.text}).encode())
    return str(json.load(build_opener().open(sent))["access_token"])


@contextmanager
def demo() -> Iterator[LiveServer]:
    """A shop with some trade, served, without limits of requests."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = clean_environment(folder, free_port())
        for verb in (["migrate"], ["seed", "--demo", "--bills", "100", "--password", PASSWORD]):
            subprocess.run([sys.executable, "-m", "webapp", *verb], env=env, cwd=ROOT, check=True)
        with web_process(folder, f"sqlite:///{folder / 'munim.sqlite3'}", RATE_LIMITS="off") as served:
            yield served


def asked_for(url: str, cookie: str) -> Any:
    """The answer to who shows these cookies. HTTPError for one of trouble."""
    return build_opener().open(Request(url, headers={"Cookie": cookie}))


def sign_in(url: str) -> str:
    """The cookies of the owner, as a header has them."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.open(f"{url}/sign-in").read().decode())
    typed = {"email": EMAIL, "password": PASSWORD, "csrf_token": token[1] if token else ""}
    browser.open(Request(f"{url}/sign-in", urlencode(typed).encode(), {"Origin": url}))
    return "; ".join(f"{one.name}={one.value}" for one in jar)


if __name__ == "__main__":
    sys.exit(main())
