"""What programs read of the books, and the document that describes it."""
