"""One table of all that was measured."""

from typing import NamedTuple


class Row(NamedTuple):
    what: str
    measured: str
    figure: str
    ratio: str = ""
    aim: str = ""
    met: bool | None = None  # None: nothing to aim at


def print_table(rows):
    head = Row("bench", "measured", "median", "side by side", "aim")
    cells = [(*row[:5], "" if row.met is None else "met" if row.met else "MISSED") for row in [head, *rows]]
    widths = [max(len(line[column]) for line in cells) for column in range(6)]
    print()
    for number, line in enumerate(cells):
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))
