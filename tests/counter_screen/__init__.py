"""The counter's screen in a real browser on the real server."""
