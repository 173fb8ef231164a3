"""What happens after a commit: the relay hands facts on, the worker performs jobs, the scheduler keeps the time.

Starts the work, owns none of it: a job is a few lines that call a verb of `webapp`.
"""
