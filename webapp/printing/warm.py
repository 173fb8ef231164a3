"""Imported by a worker before its first paper (`WARM_UP`, jobs/wiring.py): to be imported is all that it is for."""

import logging

from webapp.printing import drawing

try:
    drawing.warm_up()
except Exception:  # a worker lives without; the paper itself says what is wrong
    logging.getLogger(__name__).warning("The first paper is drawn cold.", exc_info=True)
