"""All benchmarks, one after another: python tests/benchmarks/run.py"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import backward
import counting
import importing
import scaling
import startup
import training

if __name__ == "__main__":
    startup.main()
    print()
    scaling.main()
    print()
    backward.main()
    print()
    importing.main()
    print()
    counting.main()
    print()
    training.main()
