"""`python -m webapp <verb>`."""

from webapp.cli import main

main()
