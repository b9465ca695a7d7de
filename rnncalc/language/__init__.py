"""The language of recurrence equations: reading, checking and writing them."""
