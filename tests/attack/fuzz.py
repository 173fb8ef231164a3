"""`python -m tests.attack.fuzz NAME [SECONDS]`: a search through a reader of bytes, guided by the code it reaches (atheris, libFuzzer).

`bin/attack parsers` starts it for each in turn. A find is printed with its bytes, and the exit is not 0.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path


def main() -> None:
    import atheris  # of bin/attack's own environment

    name, seconds = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "60"
    with atheris.instrument_imports(include=["webapp"]):
        from tests.attack.parsers import PARSERS, tried
        from webapp.platform import sealing
    sealing.use("a secret of the tests alone")
    parser = PARSERS[name]
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(parser.seeds):
            Path(corpus, f"seed-{number}").write_bytes(seed)
        atheris.Setup(
            [sys.argv[0], f"-max_total_time={seconds}", "-max_len=20000", "-timeout=10", "-rss_limit_mb=1024", "-verbosity=0", corpus],
            lambda data: tried(parser, data),
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
