"""Counting 1,500,000 words over a vocabulary of 50,000: time against collections.Counter, memory by the pairs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
from measure import medians, row

from rnncalc.compute.ngrams import count_ngrams

N_WORDS, N_VOCABULARY = 1_500_000, 50_000
ROUNDS = 5
REACH = 2
SIZES = ((2, 150_000, 50_000), (2, N_WORDS, 1_000), (2, N_WORDS, N_VOCABULARY), (3, N_WORDS, N_VOCABULARY))


def words(n_words: int, n_vocabulary: int) -> list[str]:
    """Draw words, the k-th as often as 1/k, as in a natural text."""
    weights = 1 / np.arange(1, n_vocabulary + 1)
    numbers = np.random.default_rng(0).choice(n_vocabulary, size=n_words, p=weights / weights.sum())
    return [f"w{number}" for number in numbers]


def child(file: str, order: str) -> None:
    """Read a text and count it; print seconds, distinct pairs and the peak of memory in MiB."""
    from rnncalc.problem.bigram_options import bigram_of

    start = time.perf_counter()
    model = bigram_of(None, {"file": file, "order": order}).model
    seconds = time.perf_counter() - start
    status = Path("/proc/self/status").read_text()  # ru_maxrss would be that of the parent
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(seconds, len(model.counts.times), len(model.vocabulary), peak)


def main() -> None:
    """Print the ratio, and a line for each size of the vocabulary."""
    text = words(N_WORDS, N_VOCABULARY)
    found = medians({"ours": lambda: count_ngrams([text]), "counter": lambda: Counter(pairwise(text))}, ROUNDS)
    work = f"count_ngrams, {N_WORDS:,} words"
    print(row(work, found["ours"], "Counter(zip(words, words[1:]))", found["counter"], REACH))
    heads = f"{'order':>5} {'words':>10} {'vocabulary':>11} {'distinct':>10} {'seconds':>9} {'peak MiB':>9}"
    print(f"{heads}   (file to counts)")
    for order, n_words, n_vocabulary in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "words.txt")
            path.write_text(" ".join(words(n_words, n_vocabulary)))
            command = [sys.executable, __file__, str(path), str(order)]
            result = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, distinct, vocabulary, peak = map(float, result.stdout.split())
        print(f"{order:>5} {n_words:>10,} {vocabulary:>11,.0f} {distinct:>10,.0f} {seconds:>9.2f} {peak:>9.0f}")


if __name__ == "__main__":
    child(*sys.argv[1:]) if len(sys.argv) > 1 else main()
