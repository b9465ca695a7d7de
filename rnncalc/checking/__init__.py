"""Judging answers: by the digits as written, entry by entry."""
