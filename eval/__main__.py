"""Measure the reader on PolNeAR's dev articles: `python -m eval` (`make evaluate`)."""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

from eval.measure import below_floors, measure, report
from onrecord.language.reader import MODEL_FOLDER, Reader


def main() -> int:
    """Measure, print, and fail where a figure is under its floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the corpora")
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER, help="folder of the reader's files")
    parser.add_argument("--floors", type=Path, help="fail where a figure is under its floor in this file")
    parser.add_argument("--predictions", type=Path, help="write what was found to this file, as JSON lines")
    options = parser.parse_args()
    split = options.data / "polnear" / "dev"
    if not split.is_dir():
        print(f"{split}: PolNeAR's dev articles are not here, so nothing was measured. Name their folder with --data.")
        return 0 if options.floors else 1
    tally = measure(split, Reader(options.model), options.predictions)
    print(report(tally))
    failed = below_floors(tally, tomllib.loads(options.floors.read_text())["floors"]) if options.floors else []
    print("\n".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
