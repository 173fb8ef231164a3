"""The shape of the house, checked: doors, tidiness, size."""
