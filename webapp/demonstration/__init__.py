"""A shop to look around in: Sharma Stores, Pune, with a year of plausible trade made by the same verbs as real trade."""

from webapp.demonstration.service import Filled, fill

__all__ = ["Filled", "fill"]
