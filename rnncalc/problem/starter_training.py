"""A file to begin with for a network that learns."""

STARTER = """rnncalc: 1
title: A network that learns how a name ends
recurrence: elman                 # elman, jordan, lstm, gru, …; or 'equations: |' and your own
outputs: last                     # one output after the last step; leave it out for one output a step
activations: {hidden: tanh, output: softmax}
loss: {kind: cross-entropy, target: d, reduction: mean}
labels: [vowel, consonant]        # names of the output's classes
training:
  data:                           # csv:, file:, folder:, or draw: with equations:; or the file's own inputs and targets
    texts:                        # by class; a list without classes is learnt symbol by symbol
      vowel: [anna, otto, maria, luca, nina]
      consonant: [adam, peter, ivan, helen, lukas]
  test: {texts: {vowel: [emma], consonant: [milan]}}   # held out; or {share: 0.2} of the data
  sizes: {h: 6}                   # what no data tell: the number of hidden units
  init: glorot                    # or by name: {U: "uniform(-0.4, 0.4)", biases: 0}
  optimiser: adam                 # gradient-descent, momentum, rmsprop
  rate: 0.01
  iterations: 150                 # updates of the weights; or 'epochs:'
  # batch: 4                      # sequences of a mini-batch; all unless said
  # clip: {norm: 5}               # where the loss diverges; or {limit: 1}
  seed: 3                         # the same seed gives the same numbers
"""
