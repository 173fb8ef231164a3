"""bin/upgrade: to another version and, when that one is no good, back again, with every book as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.ground.server import ROOT, clean_environment, free_port

pytestmark = pytest.mark.machine

A_MIGRATION = '''"""A change of tomorrow."""

from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create table tomorrow (id integer)")


def downgrade() -> None:
    op.execute("drop table tomorrow")
'''


class Checkout:
    """The program in a folder of its own, with the versions that a test makes of it."""

    def __init__(self, folder: Path, var_dir: Path) -> None:
        self.folder = folder
        self.env = clean_environment(var_dir, free_port(), VENV=sys.prefix, GIT_CONFIG_GLOBAL="/dev/null")
        self.run("git", "clone", "--quiet", "--shared", str(ROOT), str(folder), cwd=ROOT)
        self.run("git", "checkout", "--quiet", "-B", "main")

    def run(self, *command: str, cwd: Path | None = None, fails: bool = False) -> str:
        done = subprocess.run(command, cwd=cwd or self.folder, env=self.env, text=True, capture_output=True, timeout=1_200, check=False)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def webapp(self, *verb: str) -> str:
        return self.run(sys.executable, "-m", "webapp", *verb)

    def version_with(self, name: str, files: dict[str, str]) -> None:
        """A branch one commit after main."""
        self.run("git", "checkout", "--quiet", "-b", name)
        for path, text in files.items():
            (self.folder / path).write_text(text)
        self.run("git", "add", "-A")
        self.run("git", "-c", "user.name=Test", "-c", "user.email=test@example.in", "commit", "--quiet", "-m", name)
        self.run("git", "checkout", "--quiet", "main")

    def standing(self) -> str:
        return self.run("git", "symbolic-ref", "--short", "HEAD").strip()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    made = Checkout(tmp_path_factory.mktemp("upgrade") / "munim", tmp_path_factory.mktemp("var"))
    made.webapp("migrate")
    made.webapp("seed", "--demo", "--bills", "3", "--password", "chai with two sugars")
    head = made.run(sys.executable, "-c", "from webapp.platform.schema import newest_revision; print(newest_revision())").strip()
    change = "migrations/versions/9999_tomorrow.py"
    made.version_with("good", {change: A_MIGRATION.format(head=head)})
    made.version_with("bad", {change: A_MIGRATION.format(head=head), "webapp/serving.py": "raise SystemExit(3)\n"})
    return made


def tables(checkout: Checkout) -> str:
    words = "import sqlite3,sys; print(sorted(r[0] for r in sqlite3.connect(sys.argv[1]).execute('select name from sqlite_master')))"
    return checkout.run(sys.executable, "-c", words, f"{checkout.env['VAR_DIR']}/munim.sqlite3")


def test_a_version_that_does_not_start_is_taken_back_with_its_schema(checkout: Checkout) -> None:
    before = checkout.webapp("verify-books"), tables(checkout)
    said = checkout.run("bin/upgrade", "bad", fails=True)
    assert "was taken back" in said
    assert checkout.standing() == "main"
    assert (checkout.webapp("verify-books"), tables(checkout)) == before


def test_changed_files_and_unknown_versions_are_refused(checkout: Checkout) -> None:
    assert "there is no version nonesuch" in checkout.run("bin/upgrade", "nonesuch", fails=True)
    readme = checkout.folder / "README.md"
    kept = readme.read_text()
    readme.write_text(kept + "mine\n")
    assert "were changed here" in checkout.run("bin/upgrade", "good", fails=True)
    readme.write_text(kept)


def test_a_good_version_stands_with_all_its_books(checkout: Checkout) -> None:
    before = checkout.webapp("verify-books")
    said = checkout.run("bin/upgrade", "good")
    assert "kept in the backup" in said
    assert "tomorrow" in tables(checkout)
    assert checkout.webapp("verify-books") == before
    assert "already" in checkout.run("bin/upgrade", "good")
