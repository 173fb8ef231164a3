"""GSTR-3B of a registration, how it is paid, and the electronic ledgers of the portal."""
