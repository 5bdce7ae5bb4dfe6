"""What the agent keeps: readings, documents, lists and timers, and what its owner corrected."""
