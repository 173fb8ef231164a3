"""A machine that knows an issuer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.identity.issuers import Liar, lying, use_issuers


@pytest.fixture
def liar(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Liar]:
    """The only issuer that this machine knows, which lies when it is told to."""
    with lying() as made:
        use_issuers(app, monkeypatch, made.issuer())
        yield made
