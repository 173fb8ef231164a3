"""docs/security.md counts its own lines rightly, and what it names as evidence is there; the list of whom the program calls is whole."""

from __future__ import annotations

import re

from tests.architecture.sources import ROOT, program, sources

TEXT = (ROOT / "docs" / "security.md").read_text()
# | number(s) | what is asked | how it stands | evidence |
LINES = re.findall(r"^\| ([0-9][^|]*) \| ([^|]+) \| ([^|]+) \|(.*)\|$", TEXT, re.MULTILINE)
WORDS = ("met", "partly", "otherwise", "not", "–")


def test_each_line_stands_in_one_of_five_ways_and_no_number_stands_twice() -> None:
    assert not [number for number, _asked, stands, _evidence in LINES if stands not in WORDS]
    numbers = [one.strip() for number, *_rest in LINES for one in number.split(",")]
    assert len(numbers) == len(set(numbers))
    assert len(LINES) > 250


def test_the_counts_at_its_head_are_those_of_its_lines() -> None:
    counted = [sum(stands == word for _number, _asked, stands, _evidence in LINES) for word in WORDS]
    said = re.search(r"of (\d+) lines (\d+) are met, (\d+) partly, (\d+) otherwise and (\d+) not,\s+and (\d+) do not apply", TEXT)
    assert said is not None
    assert [int(one) for one in said.groups()] == [len(LINES), *counted]


def test_what_it_names_is_there() -> None:
    files = {path.name for path in (ROOT / "tests").rglob("*.py")}
    tests = {name for source in sources("tests/**/*.py") for name in re.findall(r"def (test_\w+)", source.text)}
    named_files = {one.rpartition("/")[2] for one in re.findall(r"[\w/]*test_\w+\.py", TEXT)}
    named_tests = set(re.findall(r"\btest_\w+\b(?!\.py)", TEXT)) - {one.removesuffix(".py") for one in named_files}
    assert not named_files - files
    assert not named_tests - tests
    documents = set(re.findall(r"\]\(([\w/-]+\.md)\)", TEXT))
    assert not {one for one in documents if not (ROOT / "docs" / one).exists()}


def test_the_list_of_whom_the_program_calls_is_whole() -> None:
    """Hosts stand as constants in the rooms that call them; a new one that is not in the list is found."""
    lines = (line for source in program() for line in source.text.splitlines())
    constants = [line for line in lines if re.match(r"\s*(_?(ENDINGS|HOSTS|GOVERNMENT)|hosts|.*url, hosts) = ", line)]
    hosts = {host for line in constants for host in re.findall(r'"(\.?[a-z0-9-]+(?:\.[a-z0-9-]+)+)"', line)}
    told = (ROOT / "docs" / "web-hardening.md").read_text()
    assert len(hosts) > 12
    assert {host for host in hosts if f"`{host}`" not in told} == set()
