"""Finds the sentences of refusals in the sources.

A refusal is written where it is decided, in English, in modules that know nothing of a reader: `problem=f"{month} was locked
by {name}."`. Such a sentence is no gettext call, so Babel does not see it. It is recognised by its look: a literal that
begins like a sentence and ends with a full stop, in no docstring, log line or message to a programmer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

CONTEXT = "refusal"

# Read by people at a console, by programs, or by nobody: they stay English.
_NOT_FOR_PAGES = (
    "api/",
    "api_access/door.py",
    "api_access/granting.py",
    "api_access/routes_api.py",
    "bench",
    "books_check",
    "cli.py",
    "demonstration",
    "plans/doors.py",
    "plans/letters.py",
    "plans/offered.py",
    "plans/verbs.py",
    "platform/alarms.py",
    "platform/api.py",
    "platform/db.py",
    "platform/health.py",
    "platform/issuers.py",
    "platform/logging.py",
    "platform/metrics.py",
    "platform/settings.py",
    "printing/labels.py",
    "serving.py",
    "translations",
)
# What is called with words that are translated already, or with words for a programmer.
_OTHERWISE = frozenset(
    {"_", "gettext", "ngettext", "keep_promise", "BrokenPromise", "TypeError", "RuntimeError", "mapped_column", "Permission"}
)
# Words a refusal takes in from a variable: f"Check the {what} of the line."
WORDS_TAKEN_IN = (
    "amount",
    "cess rate",
    "code",
    "discount",
    "name",
    "note",
    "number",
    "price",
    "quantity",
    "reference",
    "tax rate",
    "terms",
    "an asset",
    "a liability",
    "income",
    "an expense",
    "archived",
    "merged",
    "nil",
    "an amount in rupees",
    "a percentage",
    "a price in rupees",
    "a quantity",
    "too much",
    "too little",
)


def sentences(root: Path) -> Iterator[str]:
    """Every sentence of a refusal under `root`/webapp, with `{names}` for what is filled in; and the words it takes in."""
    yield from WORDS_TAKEN_IN
    source = root / "webapp"
    for path in sorted(source.rglob("*.py")):
        if not path.relative_to(source).as_posix().startswith(_NOT_FOR_PAGES):
            yield from _Reader().read(ast.parse(path.read_text(encoding="utf-8")))


class _Reader(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found: list[str] = []

    def read(self, tree: ast.AST) -> list[str]:
        self.visit(tree)
        return self.found

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring is an expression that is a constant
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func)
        if called in _OTHERWISE or called.startswith("log."):
            return
        if called == "NotFound":
            self.found.extend(one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str))
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._take(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        if self._take(template(node)):
            self.found.extend(
                one.value
                for part in node.values
                if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.IfExp)
                for one in (part.value.body, part.value.orelse)
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )

    def _take(self, text: str) -> bool:
        said = text.rstrip("”")
        is_sentence = " " in said and said.endswith(".") and "\n" not in said and (said[0].isupper() or said[0] in "{“")
        if is_sentence:
            self.found.append(text)
        return is_sentence


def template(node: ast.JoinedStr) -> str:
    """The f-string with a name for each value: `{rupees(bill.total)}` is `{total}`; a second `total` is `{total_2}`."""
    said, names = "", list[str]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            said += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            plain = _name(part.value)
            names.append(plain)
            again = names.count(plain)
            said += "{" + (plain if again == 1 else f"{plain}_{again}") + "}"
    return said


def _name(value: ast.expr) -> str:
    if isinstance(value, ast.Name):
        return value.id.strip("_").lower()
    if isinstance(value, ast.Attribute):
        return value.attr.lower()
    if isinstance(value, ast.Call):
        first = _name(value.args[0]) if value.args else ""
        return first or _name(value.func)
    if isinstance(value, ast.Subscript):
        return _name(value.value)
    return "value"
