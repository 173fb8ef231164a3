"""Files beside documents."""
