"""What the law says of tax deducted and collected at source: rates by date, what is deducted, due days, the statement. Pure."""
