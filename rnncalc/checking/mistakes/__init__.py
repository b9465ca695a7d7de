"""Slips that people make, each as a rewrite of the right calculation."""
