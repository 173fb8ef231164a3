"""No bytes from outside make a reader fail otherwise than in words. `python -m tests.attack.fuzz` looks longer, guided by what is reached."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.attack.parsers import PARSERS, tried

_WORDS = (
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\r\n",
        b'"',
        b"'",
        b",",
        b";",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b"\\u0000",
        b"\\ud800",
    ),
    *(
        b"null",
        b"true",
        b"NaN",
        b"1e999",
        b"-0",
        b"9" * 50,
        b"0x1",
        b"=1+1",
        b"../",
        b"[" * 200,
        b'{"a":' * 50,
        b"PK\x03\x04",
        "₹".encode(),
        "٣".encode(),
    ),
)


@st.composite
def changed(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """One of the seeds with up to six changes: something put in, left out, doubled, or turned over."""
    data = draw(st.sampled_from(seeds))
    for _change in range(draw(st.integers(0, 6))):
        at, length = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
        piece = draw(st.sampled_from((*_WORDS, data[at : at + length])) | st.binary(max_size=8))
        data = data[:at] + piece + data[at + draw(st.sampled_from((0, length))) :]
    return data


@pytest.mark.parametrize("name", PARSERS)
@given(st.data())
def test_it_reads_or_refuses(name: str, drawn: st.DataObject) -> None:
    tried(PARSERS[name], drawn.draw(changed(PARSERS[name].seeds)))


@pytest.mark.parametrize("name", PARSERS)
def test_each_is_reached_by_something_it_reads_and_refuses_nonsense(name: str) -> None:
    parser = PARSERS[name]
    read = [tried(parser, seed) for seed in parser.seeds]
    assert any(read) or name in {"envelope", "passkey", "company file", "qr"}  # what these read is signed, sealed or summed
    # A number is None, and what is no ZIP is one part, which "inward" reads.
    assert name in {"numbers", "portal zip"} or not all(tried(parser, data) for data in (b"", b"\x00\xff" * 40, b"x"))
