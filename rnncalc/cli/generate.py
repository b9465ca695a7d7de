"""rnncalc generate: texts from a trained network."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rnncalc.cli.options import Decimals, File
from rnncalc.cli.status import guarded
