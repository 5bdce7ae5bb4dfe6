"""A simulated home on an embedded broker."""
