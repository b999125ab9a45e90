"""Benchmarks: speed and memory beside named baselines, as ratios within one run. One thread for all."""

import os

for _library in ("OMP", "OPENBLAS", "MKL"):  # before anything imports numpy
    os.environ[f"{_library}_NUM_THREADS"] = "1"
