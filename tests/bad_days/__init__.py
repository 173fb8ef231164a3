"""Bad input and bad days: what cannot be, and what must not be lost when the machine fails."""
