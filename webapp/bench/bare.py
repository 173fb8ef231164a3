"""The page that ours is held against: the same fifty bills by Flask, Flask-Login, Flask-WTF, Jinja and SQLAlchemy, and nothing else.

Signed in, a form token, a layout it inherits from, eight cells a row, three of them money: what a plain program of this kind
would send. Its templates are compiled once, as Flask does with files.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import Flask, render_template
from flask.testing import FlaskClient
from flask_login import LoginManager, login_required
from flask_wtf import CSRFProtect
from jinja2 import DictLoader
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.identity.models import UserAccount
from webapp.platform import db
from webapp.sales.models import Invoice

PAGE = "/bills"
_LAYOUT = """<!doctype html><html lang="en"><head><title>{% block title %}{% endblock %}</title></head><body>
<nav>{% for word in ["Bills", "Items", "Customers", "Reports"] %}<a href="/{{ word }}">{{ word }}</a>{% endfor %}</nav>
<form method="post" action="/out"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
<button>{{ current_user.name }}</button></form>
<main>{% block main %}{% endblock %}</main></body></html>"""
_BILLS = """{% extends "layout.html" %}{% block title %}Bills{% endblock %}{% block main %}<table>
{% for bill in bills %}<tr><td>{{ bill.number }}</td><td>{{ bill.invoice_date }}</td><td>{{ bill.cashier }}</td><td>{{ bill.kind }}</td>
<td>{{ bill.taxable_paise|money }}</td><td>{{ bill.cgst_paise|money }}</td><td>{{ bill.total_paise|money }}</td>
<td>{{ bill.supply }}</td></tr>
{% endfor %}</table>{% endblock %}"""


_COLUMNS = (
    Invoice.number, Invoice.invoice_date, Invoice.cashier, Invoice.kind, Invoice.taxable_paise, Invoice.cgst_paise, Invoice.total_paise,
    Invoice.supply,
)  # fmt: skip


class _Person:
    """What Flask-Login asks of a user."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, row: UserAccount) -> None:
        self.id, self.name = row.id, row.name

    def get_id(self) -> str:
        return str(self.id)


def bare_client(user_id: UUID, company_id: int) -> FlaskClient:
    """A signed-in client of the bare page, on the database this process works with. It reads by the same index as ours."""
    app = Flask("bare")
    app.secret_key = secrets.token_hex(16)
    app.jinja_loader = DictLoader({"layout.html": _LAYOUT, "bills.html": _BILLS})
    app.jinja_env.filters["money"] = lambda paise: f"{paise // 100:,}.{paise % 100:02d}"
    CSRFProtect(app)
    manager = LoginManager(app)

    def load(key: str) -> _Person | None:
        with Session(db.engine()) as session:
            row = session.get(UserAccount, UUID(key))
            return _Person(row) if row else None

    def show() -> str:
        with Session(db.engine()) as session:
            newest = select(*_COLUMNS).where(Invoice.company_id == company_id)
            newest = newest.order_by(Invoice.invoice_date.desc(), Invoice.id.desc()).limit(50)
            return render_template("bills.html", bills=session.execute(newest).all())

    manager.user_loader(load)
    app.add_url_rule(PAGE, view_func=login_required(show))
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = str(user_id), True
    return client
