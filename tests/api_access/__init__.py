"""Programs: their tokens, what these are exchanged for, and every wrong way to use them."""
