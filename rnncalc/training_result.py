"""Train the network of a problem, and see what it says afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnncalc.compute.bptt import loss_total
from rnncalc.compute.case import Case
from rnncalc.compute.evaluate import evaluate
from rnncalc.compute.orient import unoriented
from rnncalc.compute.ragged import each_sequence
from rnncalc.compute.values import Values
from rnncalc.language.nodes import leaves
from rnncalc.problem.problem import Problem
from rnncalc.training.learn import Learned, Told, learn
