"""`python -m webapp.translations`: gather the sentences, update every language, list what waits for a translation."""

from __future__ import annotations

import sys

import click

from webapp.translations.gathering import gathered, languages, missing, renewed


def main() -> int:
    """0 when nothing waits; 1 otherwise, so that a check may call it."""
    template, waiting = gathered(), 0
    for language, path in languages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = renewed(language, path.read_text(encoding="utf-8") if path.exists() else "", template)
        # Beside it, then in its place: who stops this in the middle, or reads meanwhile, finds all the words or those of before.
        renewed_file = path.with_suffix(".new")
        renewed_file.write_text(text, encoding="utf-8")
        renewed_file.replace(path)
        for sentence in missing(text, language):
            click.echo(f"{language}: {sentence}")
            waiting += 1
    click.echo(f"{len(template)} sentences; {waiting} wait for a translation.")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
