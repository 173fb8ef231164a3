"""The OpenAPI document is of exactly the addresses there are."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from webapp.api.document import document
from webapp.api_access.scopes import scope_for
from webapp.platform.api import ROOT
from webapp.platform.permissions import permission_of

DOCUMENT = document("https://books.example.in")


def addresses(app: Flask) -> dict[tuple[str, str], Any]:
    """Each address under /api, as the document writes it, with its method; and its view."""
    return {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower()): app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(ROOT)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_it_names_each_address_and_no_other(app: Flask) -> None:
    named = {(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert named == set(addresses(app))


def test_each_says_the_scope_that_its_permission_needs(app: Flask) -> None:
    for (path, method), view in addresses(app).items():
        said, permission = DOCUMENT["paths"][path][method]["security"], permission_of(view)
        assert said == ([{"bearer": [scope_for(permission)]}] if permission else []), path


def test_it_is_answered_to_anybody_and_is_whole(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    body = answer.get_json()
    assert body["openapi"].startswith("3.1")
    for schema in body["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for found in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(body)):
        part = body
        for name in found.split("/"):
            part = part[name]
        assert part
    parameters = {name for path in body["paths"] for name in re.findall(r"{(\w+)}", path)}
    said = {
        one["name"] for methods in body["paths"].values() for one in methods.get("get", {}).get("parameters", []) if one["in"] == "path"
    }
    assert parameters == said
