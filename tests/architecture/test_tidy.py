"""Banned words, each with its remedy; and a ratchet on size. Written as one table, so that a rule is one row."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, Source, program, sources

MOST_LINES_OF_A_FUNCTION, MOST_LINES_OF_A_FILE = 50, 400
REASON = re.compile(r"(#|//|/\*)\s*long: \w+")
TECHNIQUES = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "lib"}

Finder = Callable[[ast.AST], bool]


@dataclass(frozen=True, slots=True)
class Ban:
    """What may not be written, where it may after all, and what to write instead."""

    what: str
    remedy: str
    finds: Finder
    except_in: tuple[str, ...] = ()
    except_files: str = "-"  # a table's own checks and partial indexes are text, and run no query

    def strays(self, source: Source) -> Iterator[str]:
        if not source.name.startswith(self.except_in) and not source.name.endswith(self.except_files):
            for node in ast.walk(source.tree):
                if self.finds(node):
                    yield f"{source.name}:{getattr(node, 'lineno', 1)}: {self.what}. {self.remedy}"


def calls(*names: str) -> Finder:
    """A call of a bare name."""
    return lambda node: isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def methods(*names: str) -> Finder:
    """A call of a method by this name, on whatever."""
    return lambda node: isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names


def attributes(*names: str) -> Finder:
    return lambda node: isinstance(node, ast.Attribute) and node.attr in names


def clock_readings(node: ast.AST) -> bool:
    """datetime.now(), datetime.utcnow(), date.today(), time.time()."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)):
        return False
    return (node.func.value.id, node.func.attr) in {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}


def floats(node: ast.AST) -> bool:
    """A float literal, or the name itself: as a call or a type."""
    return (isinstance(node, ast.Constant) and isinstance(node.value, float)) or (isinstance(node, ast.Name) and node.id == "float")


MACHINERY = ("webapp/platform/", "webapp/serving.py", "webapp/bench", "jobs/")
BANS = (
    Ban("a float", "Money is integer paise, quantity thousandths, rates basis points (webapp.kernel.money)", floats, MACHINERY),
    Ban(
        "SQL as text",
        "It goes round the company filter: ask through the session",
        calls("text"),
        ("webapp/platform/", "webapp/bench"),
        "models.py",
    ),
    Ban(
        "SQL past the session",
        "Use the session of the books, or books.insert",
        methods("exec_driver_sql", "bulk_save_objects", "bulk_insert_mappings"),
        ("webapp/platform/", "webapp/bench"),
    ),
    Ban("Model.__table__", "It goes round the company filter: select the model", attributes("__table__"), ("webapp/platform/",)),
    Ban("insert(...)", "Its rows are not stamped: use books.insert or session.add_all", calls("insert"), ("webapp/platform/",)),
    Ban("a commit", "open_books commits at the end of its block, and nothing else does", methods("commit"), ("webapp/platform/",)),
    Ban(
        "a reading of the clock",
        "Use books.now, books.today or webapp.platform.clock",
        clock_readings,
        ("webapp/platform/", "webapp/bench", "webapp/cli.py", "jobs/worker.py"),
    ),
    Ban("Markup", "Templates escape; a macro draws", calls("Markup"), ("webapp/platform/",)),
)


@pytest.mark.parametrize("ban", BANS, ids=lambda ban: ban.what)
def test_python_is_tidy(ban: Ban) -> None:
    found = [stray for source in program() for stray in ban.strays(source)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a float", "rate = 0.18"),
        ("a float", "def f(x: float): ..."),
        ("SQL as text", "session.execute(text('select 1'))"),
        ("SQL past the session", "c.exec_driver_sql('x')"),
        ("Model.__table__", "Voucher.__table__.select()"),
        ("insert(...)", "insert(Voucher)"),
        ("a commit", "session.commit()"),
        ("a reading of the clock", "datetime.now(UTC)"),
        ("Markup", "Markup('<b>')"),
    ],
)
def test_a_planted_fault_is_found(what: str, text: str) -> None:
    ban = next(ban for ban in BANS if ban.what == what)
    assert list(ban.strays(Source("webapp/sales/service.py", text)))


PYTHON = ("webapp/**/*.py", "jobs/**/*.py", "tests/**/*.py", "migrations/**/*.py")
SCREENS = ("templates/**/*.html", "static/**/*.js", "static/**/*.css")
TEXT_BANS = (
    (("templates/**/*.html",), r"\|\s*safe\b", "|safe lets a stranger's HTML in: pass values, let Jinja escape"),
    (("static/**/*.js",), r"\bparseFloat\(|\.toFixed\(", "money in JavaScript is integer paise too: static/kernel"),
    (("static/**/*.js",), r"\beval\(|new Function\(", "the content security policy forbids it"),
    (
        (
            "webapp/**/*.py",
            "jobs/**/*.py",
            "tests/**/*.py",
            "migrations/**/*.py",
            "templates/**/*.html",
            "static/**/*.js",
            "static/**/*.css",
            "bin/*",
        ),
        r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|coming\s+soon",
        "do it now, or leave it out",
    ),
    (
        (
            "webapp/**/*.py",
            "jobs/**/*.py",
            "tests/**/*.py",
            "migrations/**/*.py",
            "bin/*",
            "docs/**/*.md",
            "README.md",
            "static/**/*.js",
            "*.toml",
            "*.lock",
        ),
        r"(?<![\w.$}:/-])/(?:home|root|work|Users|opt)/\w",
        "a path of one machine: use VAR_DIR, or a path from the project's root",
    ),
)


@pytest.mark.parametrize(("patterns", "banned", "remedy"), TEXT_BANS, ids=[remedy for _, _, remedy in TEXT_BANS])
def test_text_is_tidy(patterns: tuple[str, ...], banned: str, remedy: str) -> None:
    found = [
        f"{source.name}:{number}: {remedy}\n    {line.strip()[:120]}"
        for source in sources(*patterns)
        for number, line in enumerate(source.lines, 1)
        if re.search(banned, line)
    ]
    assert not found, "\n".join(found)


def test_nothing_is_named_for_a_technique() -> None:
    folders = ("webapp", "jobs", "templates", "static", "tests")
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if "vendor" not in path.parts and Path(path.name).stem.strip("_") in TECHNIQUES
    ]
    assert not found, f"name it for a part of the trade, or put it where its one user is: {found}"


def test_long_functions_give_a_reason() -> None:
    found = [
        f"{source.name}:{node.lineno}: {node.name} has {node.end_lineno - node.lineno + 1} lines. Split it, or say why beside it: # long: …"
        for source in sources(*PYTHON)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.lineno + 1 >= MOST_LINES_OF_A_FUNCTION
        and not REASON.search("\n".join(source.lines[max(0, node.lineno - 2) : node.body[0].lineno + 1]))
    ]
    assert not found, "\n".join(found)


def test_long_files_give_a_reason() -> None:
    found = [
        f"{source.name} has {len(source.lines)} lines. Split it, or say why near its top: # long: …"
        for source in sources("webapp/**/*.py", "jobs/**/*.py", "tests/**/*.py", "static/**/*.js", "bin/*")
        if len(source.lines) >= MOST_LINES_OF_A_FILE and not REASON.search("\n".join(source.lines[:20]))
    ]
    assert not found, "\n".join(found)
