"""When what is done: plans that wait, and which work gets the device's resources first."""
