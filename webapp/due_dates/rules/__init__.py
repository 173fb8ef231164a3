"""What is due when, and what lateness costs: pure."""
