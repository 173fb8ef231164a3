"""What machines ask: alive, ready, and the figures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient


def test_alive_asks_nothing_of_anybody(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_ready_names_what_is_missing(client: FlaskClient) -> None:
    """This app has a migrated database and no Redis."""
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not ready",
        "checks": {"database": "ok", "migrations": "ok", "redis": "missing", "worker": "missing", "scheduler": "missing"},
    }


def test_a_balancer_may_ask_for_less(client: FlaskClient) -> None:
    answer = client.get("/readyz?needs=database,migrations")
    assert (answer.status_code, answer.json["checks"]) == (200, {"database": "ok", "migrations": "ok"})


def test_a_check_that_is_none_is_refused(client: FlaskClient) -> None:
    assert client.get("/readyz?needs=database,coffee").status_code == 400


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.168.1.9", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
    ],
)
def test_figures_are_for_this_machine(client: FlaskClient, address: str, headers: dict[str, str], status: int) -> None:
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("kept", "shown", "status"),
    [
        ("a-long-random-word-0123", "Bearer a-long-random-word-0123", 200),
        ("a-long-random-word-0123", "Bearer a-long-random-word-0124", 404),
        ("a-long-random-word-0123", "", 404),
        ("", "Bearer ", 404),
        ("short", "Bearer short", 404),
        ("a-long-random-word-0123", "Bearer a-long-random-word-012\u0663", 404),
    ],
)
def test_figures_are_for_who_shows_the_token(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, kept: str, shown: str, status: int
) -> None:
    extensions = client.application.extensions
    monkeypatch.setitem(extensions, "munim.settings", replace(extensions["munim.settings"], metrics_token=kept))
    answer = client.get("/metrics", headers={"Authorization": shown}, environ_base={"REMOTE_ADDR": "192.168.1.9"})
    assert answer.status_code == status


def test_requests_are_counted_by_endpoint_and_never_by_path(client: FlaskClient) -> None:
    client.get("/healthz")
    client.get("/no/such/page/9f1c")
    text = client.get("/metrics").text
    assert 'munim_requests_total{endpoint="health.healthz",method="GET",status="200"}' in text
    assert "9f1c" not in text
