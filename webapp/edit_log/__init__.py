"""The edit log on screen: who did what and when, what a thing was before and after, and the whole of it for an auditor.

It reads what `webapp.platform.audit` writes and changes nothing; that the log was sent out is itself an entry.
"""
