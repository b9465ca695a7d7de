"""Worked solutions: built once from a trace as data, then written as LaTeX, HTML, Markdown or a notebook."""
