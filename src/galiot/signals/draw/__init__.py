"""Drawing readings: in a terminal, and as pictures."""
