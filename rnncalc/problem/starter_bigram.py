"""The n-gram problem file to begin with."""

from __future__ import annotations

STARTER = """\
rnncalc: 1                # version of the format
title: A bigram model

bigram:
  text: the cat sees the dog and the dog sees the bird
  # sentences: [the cat sees, the dog sees]   # instead of a text: nothing is counted from one to the next
  # file: corpus.txt                          # instead of a text: a file beside this one
  # table: [[0.2, 0.7], [0.8, 0.3]]           # instead of counting: the probabilities themselves
  # vocabulary: [the, cat, sees, and, dog, bird]   # the words in their order; else as they first appear
  unit: word              # or character
  case: lower             # or kept
  boundaries: false       # true: a symbol before and after every sentence
  order: 2                # the word depends on the one before; 3: on two
  smoothing: laplace      # add 1 to every count; none, or any number from 0
  orientation: columns    # column j of the table is what follows word j; rows: row j
  sentence: the bird sees the cat              # whose likelihood is asked
  activation: sigmoid     # of the network that behaves like the table
  top: 10                 # pairs listed where the table is too large to print

rounding: {decimals: 4}   # shown; nothing is rounded before it is used
# answers:                # what you get by hand, for 'rnncalc check'
#   likelihood: …
"""
