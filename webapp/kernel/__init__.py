"""The values everything else is said in: money, quantity, dates, ids, slips, errors. Imports nothing of ours."""
