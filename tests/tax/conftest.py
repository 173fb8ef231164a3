"""A page in Chromium with the till's modules, for the tests that run both languages."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
SERVED = ("/static/counter/", "/static/vouchers/", "/tests/vectors/")
InBrowser = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


class _Modules(SimpleHTTPRequestHandler):
    def guess_type(self, path: object) -> str:
        """A browser takes a module only as JavaScript, whatever the machine's own table says."""
        return "text/javascript"

    def do_GET(self) -> None:
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Modules</title>")
        elif self.path.startswith(SERVED) and self.path.endswith(".js"):
            super().do_GET()
        else:
            self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""


@pytest.fixture(scope="module")
def in_browser(browser: Browser) -> Iterator[InBrowser]:
    """A function that runs a batch of cases in the till's JavaScript, in one go."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Modules, directory=str(ROOT)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    page = browser.new_page()
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}/")

        def run_batch(batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
            # As JSON text both ways: what the till stores and sends is JSON.
            answer = page.evaluate(
                """async (text) => {
                  const { run } = await import('/tests/vectors/calls.js');
                  return JSON.stringify(JSON.parse(text).map(run));
                }""",
                json.dumps(batch),
            )
            results: list[dict[str, Any]] = json.loads(answer)
            return results

        yield run_batch
    finally:
        page.close()
        server.shutdown()
        server.server_close()
        thread.join()
