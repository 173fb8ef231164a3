"""A shop made of paper: every macro on real pages, served under the program's own content security policy.

`python tests/look/conftest.py` draws the pages into var/look for the eye: phone and desk, light and dark.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

import pytest
from flask import Flask, Response, flash, make_response, render_template, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from webapp.kernel.money import rupees
from webapp.platform import templating
from webapp.platform.assets import CSS_BUNDLE, Assets
from webapp.platform.web_headers import CONTENT_SECURITY_POLICY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 20)

SECTIONS = (
    (None, ("Counter /counter scan-barcode primary", "Today /today layout-dashboard primary")),
    ("Trade", ("Sales /list receipt-text primary", "Items /items package primary", "Customers /customers users", "Stock /stock warehouse")),
    ("Books", ("Day_book /day-book notebook-text", "Ledgers /ledgers book-open", "Trial_balance /trial-balance scale")),
    (None, ("Settings /settings settings",)),
)

PEOPLE = (
    "Ravi Kumar",
    "Sunita Devi",
    "Walk-in",
    "Annapurna Tiffin & Caterers (Koramangala 4th Block)",
    "Dr. Iyer",
    "Walk-in",
    "M/s Gupta Traders",
)


@dataclass(frozen=True)
class Bill:
    """One row of the specimen list."""

    number: str
    voucher_date: date
    posted_at: datetime
    party: str
    tender: str
    total: int
    state: tuple[str, str | None]
    id: int = 0


def bills() -> list[Bill]:
    """Twenty bills whose figures are of every length."""
    states = (("Paid", "ok"), ("Paid", "ok"), ("Due", "warn"), ("Unsent", "pending"), ("Cancelled", None), ("Refused", "danger"))
    return [
        Bill(
            number=f"26A1/{1200 - n:06d}",
            voucher_date=TODAY - timedelta(days=n // 6),
            posted_at=datetime(2026, 11, 20 - n // 6, 8, 30, tzinfo=UTC) - timedelta(minutes=17 * n),
            party=PEOPLE[n % len(PEOPLE)],
            tender=("Cash", "UPI", "Khata", "Card")[n % 4],
            total=(11800, 1234500, 98700, -45000, 123456700, 250)[n % 6],
            state=states[n % 6],
            id=n,
        )
        for n in range(20)
    ]


def nav(path: str) -> list[dict[str, Any]]:
    """The sections, the current one marked."""
    return [{"label": label, "links": [link(words.split(), path) for words in links]} for label, links in SECTIONS]


def link(words: list[str], path: str) -> dict[str, Any]:
    """One link of the navigation from its words: label, address, icon, and whether it is primary."""
    label, url, symbol, *primary = words
    return {"label": label.replace("_", " "), "url": url, "icon": symbol, "primary": bool(primary), "active": path == url}


SHELL = {
    "business": "Sharma Kirana & General Stores",
    "store": "Indiranagar · Counter 1",
    "home_url": "/today",
    "name": "Meena Sharma",
    "role": "Owner",
    "language": "en",
    "languages": [("en", "English"), ("hi", "हिन्दी")],
    "language_url": "/language",
    "logout_url": "/logout",
    "links": [
        {"label": "Your account", "url": "/account", "icon": "user-round"},
        {"label": "Help", "url": "/help", "icon": "circle-question-mark"},
    ],
}


def make_specimen() -> Flask:
    """The pages of the specimen on the program's own templates, files and policy."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.update(SECRET_KEY="paper", WTF_CSRF_ENABLED=False, TESTING=True)
    app.jinja_loader.searchpath.append(str(Path(__file__).parent / "templates"))
    CSRFProtect(app)
    Babel(app)
    templating.register(app)
    files = Assets(ROOT / "static")
    app.template_global("asset")(files.url)

    @app.context_processor
    def shell() -> dict[str, Any]:
        if request.path.startswith(("/out", "/offline")):
            return {"language": "en"}
        return {"language": request.args.get("lang", "en"), "nav": nav(request.path), "shell": SHELL, "can": lambda _permission: True}

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.format(wasm="")
        return response

    @app.get("/s/<build>/<path:name>")
    def asset_file(build: str, name: str) -> Response:
        if name == CSS_BUNDLE:
            return Response(files.css, mimetype="text/css")
        from flask import send_from_directory

        return send_from_directory(files.root, name)

    add_pages(app)
    return app


def show(name: str, **values: Any) -> str:
    """A page as the platform would give it: bare to htmx, framed otherwise."""
    return render_template(name, layout="_bare.html" if "HX-Request" in request.headers else "base.html", **values)


def add_pages(app: Flask) -> None:
    """One route for each kind of page."""

    @app.get("/today")
    def today() -> str:
        days = [4512000, 3987500, 5120000, 0, 6233000, 7891000, 8412500, 4433000, 3911000, 5012000, 5588000, 6901000, 9123450, 3310000]
        bars = [{"label": f"{7 + n} Nov", "value": value, "text": rupees(value)} for n, value in enumerate(days)]
        top = [
            ("Aashirvaad Atta 5 kg", 1234500),
            ("Amul Taaza 1 L", 987600),
            ("Tata Salt 1 kg", 543000),
            ("Parle-G 800 g", 321000),
            ("Surf Excel 1 kg", 98700),
        ]
        shares = [{"label": name, "value": value, "text": rupees(value), "url": "/items"} for name, value in top]
        return show("specimen_today.html", bars=bars, shares=shares, days=days)

    @app.get("/list")
    def bill_list() -> str:
        wanted = request.args.get("q", "").lower()
        rows = [bill for bill in bills() if wanted in bill.party.lower() or wanted in bill.number.lower()]
        return show("specimen_list.html", bills=rows, q=wanted, total=sum(bill.total for bill in rows))

    @app.get("/items")
    def item_form() -> str:
        return show("specimen_form.html", typed={"name": "Aashirvaad Atta 5 kg", "price": "245.00"}, errors={})

    @app.post("/items")
    def item_refused() -> Response:
        errors = {"code": "The last digit of 8901725123457 should be 4.", "hsn": "HSN is 4, 6 or 8 digits."}
        return make_response(show("specimen_form.html", typed=request.form, errors=errors), 422)

    add_more_pages(app)
    add_answers(app)


def add_more_pages(app: Flask) -> None:
    """Books, states, and pages that stand alone."""

    @app.get("/views", endpoint="saved_views.list_views")
    def views() -> str:
        return ""

    @app.get("/trial-balance")
    def trial_balance() -> str:
        return show("specimen_tb.html")

    @app.get("/stock")
    def states() -> str:
        job = SimpleNamespace(id="7", title="Importing indian-grocery-20k.csv", state="working", done=8240, total=20000, message=None)
        done = SimpleNamespace(id="8", title="Exporting sales", state="done", done=120, total=120, message="120 bills written.")
        flash("Saved 12:04.", "success")
        return show("specimen_states.html", job=job, finished=done)

    @app.get("/day-book")
    def bill() -> str:
        return show("specimen_bill.html")

    @app.get("/out/sign-in")
    def sign_in() -> str:
        return show("specimen_sign_in.html")

    @app.get("/error/<int:status>")
    def error(status: int) -> str:
        return show("error.html", status=status, request_id="01JD-7Q4K")

    @app.get("/offline")
    def offline() -> str:
        return render_template("offline.html", layout="base.html")


def add_answers(app: Flask) -> None:
    """What htmx is answered: a finished job, a refusal, a failure of ours."""

    @app.get("/job")
    def job() -> str:
        return '<div class="job" id="job-7">Done</div>'

    @app.post("/conflict")
    def conflict() -> Response:
        response = make_response(
            render_template(
                "_problem.html",
                problem="October 2026 was locked by Meena Sharma.",
                fix="Use a later voucher date, or ask an owner to unlock the month.",
                status=409,
            ),
            409,
        )
        response.headers.update({"HX-Retarget": "#problem", "HX-Reswap": "innerHTML"})
        return response

    @app.post("/broken")
    def broken() -> Response:
        return make_response("broken", 500)


THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PAGES = ("/today", "/list", "/items", "/trial-balance", "/stock", "/day-book", "/out/sign-in", "/error/404", "/offline")


class Quiet(WSGIRequestHandler):
    """A handler that keeps no log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def in_one_piece(application: WSGIApplication) -> WSGIApplication:
    """Read an answer whole and close it before it is sent: werkzeug leaves a file open whose reader has gone away in the middle."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with closing(ClosingIterator(application(environ, start_response))) as parts:
            return [b"".join(parts)]

    return answer


class Server:
    """The specimen on a free port of this machine."""

    def __init__(self) -> None:
        self.app = make_specimen()
        self._http = make_server("127.0.0.1", 0, in_one_piece(self.app), threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Shut the port and wait for the thread."""
        self._http.shutdown()
        self._thread.join(5)
        self._http.server_close()


@pytest.fixture(scope="session")
def specimen() -> Flask:
    """The specimen without a server."""
    return make_specimen()


@pytest.fixture(scope="session")
def specimen_url() -> Iterator[str]:
    """The address of the running specimen."""
    server = Server()
    yield server.url
    server.stop()


def launch(player: Playwright) -> Browser:
    """Debian's Chromium, as tests run it."""
    return player.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
    )


@pytest.fixture(scope="session")
def chromium(browser: Browser) -> Browser:
    """The browser of all tests: one process can drive one only."""
    return browser


@pytest.fixture
def desk(chromium: Browser, specimen_url: str) -> Iterator[Page]:
    """A desktop page in a fresh context; it fails at the end if the policy refused anything."""
    context = chromium.new_context(base_url=specimen_url, viewport={"width": 1280, "height": 900}, locale="en-IN")
    yield from watched(context)


@pytest.fixture
def phone(chromium: Browser, specimen_url: str) -> Iterator[Page]:
    """The same on a small phone."""
    context = chromium.new_context(
        base_url=specimen_url, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, locale="en-IN"
    )
    yield from watched(context)


def watched(context: BrowserContext) -> Iterator[Page]:
    """A page whose console is read: a policy violation or a script error is a failure."""
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def draw(folder: Path) -> None:
    """Pictures of every page, for the eye."""
    folder.mkdir(parents=True, exist_ok=True)
    server = Server()
    with sync_playwright() as player:
        browser = launch(player)
        for size, width, height in (("phone", 360, 740), ("desk", 1280, 1280)):
            for theme in THEMES:
                context = browser.new_context(
                    base_url=server.url,
                    viewport={"width": width, "height": height},
                    color_scheme=theme,
                    has_touch=size == "phone",
                    is_mobile=size == "phone",
                    locale="en-IN",
                )
                page = context.new_page()
                for path in PAGES:
                    page.goto(path)
                    page.screenshot(path=folder / f"{size}-{theme}-{path.strip('/').replace('/', '-')}.png")
                context.close()
        browser.close()
    server.stop()


if __name__ == "__main__":
    draw(ROOT / "var" / "look")
