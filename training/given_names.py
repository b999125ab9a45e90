"""Write the given names that tell a man or a woman: `python -m training.given_names`.

From the counts of the package nomquamgender (MIT licence; Van Buskirk, Clauset and Larremore, "An open-source cultural
consensus approach to name-based gender classification", ICWSM 2023), which gathers public counts of many countries.
Kept are names that nine in ten of their bearers share a gender with.
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

LEAST_SOURCES, LEAST_BEARERS, MOST_OTHERS = 4, 100, 0.1
TARGET = Path("src/onrecord/data/given_names.txt")
HEAD = """\
# Given names that nine in ten of their bearers share a gender with: m or f, then the name in lower case.
# From the package nomquamgender (MIT licence) by `python -m training.given_names`. It weighs on which name a pronoun
# stands for, and is never shown. A reporter may add a line.
"""


def main() -> None:
    """Read the counts and write the names."""
    text = resources.files("nomquamgender").joinpath("name_data.json").read_text(encoding="utf-8")
    lines = []
    for name, (sources, bearers, women, *_) in json.loads(text).items():
        known = name.isalpha() and len(name) > 1 and sources >= LEAST_SOURCES and bearers >= LEAST_BEARERS
        if known and not MOST_OTHERS < women < 1 - MOST_OTHERS:
            lines.append(f"{'f' if women > MOST_OTHERS else 'm'} {name}")
    TARGET.write_text(HEAD + "\n".join(sorted(lines, key=lambda line: line[2:])) + "\n", encoding="utf-8")
    print(f"{len(lines)} names")


if __name__ == "__main__":
    main()
