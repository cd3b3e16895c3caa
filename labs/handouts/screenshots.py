#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes labs/handouts/images anew, from the real Wireshark with the profile (needs Xvfb, openbox, xdotool, ImageMagick)."""
import pathlib
import sys
import time

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(CHECKOUT / folder) for folder in ("tests/window", "tests/lib", "tools")]

from shark import Shark  # noqa: E402
from window import Display, Wireshark  # noqa: E402

IMAGES = pathlib.Path(__file__).resolve().parent / "images"
FIRST_ROW, ROW, TOP = 142, 17, 112  # middle of the first row of the packet list, height of a row, top of the list
PICTURES = (("half_closed", 11, ()), ("embryonic", 4, ()), ("keepalive_timeout", 12, ()), ("normal_close", 11, ()),
            ("mixed", 7, ("-Y", "tcpstate.rst.cause")))


def picture(sample, rows, arguments):
    display = Display()
    display.manage()
    try:
        with Shark() as shark:
            shark.check_loaded()
            wireshark = Wireshark(shark, display, CHECKOUT / f"sample_pcaps/{sample}.pcapng", *arguments)
            try:
                # A selected row is blue, whatever its colour: take the selection away.
                display.xdotool("mousemove", 300, FIRST_ROW, "keydown", "ctrl", "click", 1, "keyup", "ctrl",
                                "mousemove", 1590, 5)
                time.sleep(1)
                wireshark.settle()
                name = f"{sample}_resets" if arguments else sample
                display.screenshot(IMAGES / f"{name}.png", f"1600x{FIRST_ROW - TOP + rows * ROW}+0+{TOP}")
            finally:
                wireshark.close()
    finally:
        display.close()


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    for row in PICTURES:
        picture(*row)
