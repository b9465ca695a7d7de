"""Systems of recurrence equations: their names, their order in time, their shapes, the catalogue."""
