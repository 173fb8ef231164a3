"""Go to: one box that finds any page, bill, voucher, customer, item or account by what people remember of it.

Promises: nobody finds what their role may not open, or anything of another company; an answer costs what it shows,
never what the history costs (docs/finder.md).
"""
