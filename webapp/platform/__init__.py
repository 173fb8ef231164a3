"""What every room stands on: database, tenancy, permissions, outbox, numbering, edit log, web manners.

Open to all rooms; knows nothing of the trade.
"""
