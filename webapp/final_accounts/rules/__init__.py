"""What the final accounts decide without a database: trees of heads, statements, Schedule III, flows, ratios, periods."""
