"""Numbers: evaluating a system, and the trace of everything on the way."""
