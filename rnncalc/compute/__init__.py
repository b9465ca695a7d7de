"""Numbers: evaluating a system, and the trace of everything on the way.

Once: `evaluate` (evaluate.py) goes through the blocks of a case. reading.py
evaluates what lies outside recurrences, for all steps at once, and has the
interpreter of a scan, step by step. `backpropagate` (bptt.py) runs the derived
system through the same code.

Again and again, as training needs it: `Repeated` (repeated.py) is a pass as a
list of functions that fill arrays in place; values.py says when each of them
runs. `GradientPass` (gradient_pass.py) is a forward and a backward one;
joint.py takes the gradients of several weights as one product, wide.py lays
sequences out for products.

A scan as code, where that pays: `generate_scan` (generate.py) shortens the
equations (inline.py, borders.py, regroup.py), groups those of one form
(siblings.py), finds the sums that are one product (affine.py), lays out the
memory of all steps (tables.py) and of each stretch of them (workspace.py), and
has the loop written (loop.py, with compiled.py and matrices.py).
"""
