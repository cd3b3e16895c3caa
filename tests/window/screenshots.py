#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the screenshots in docs/images anew, from the real Wireshark."""
import pathlib
import sys
import time

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(CHECKOUT / "tests/lib"), str(CHECKOUT / "tools")]
from packet_list import FIRST_ROW, ROW  # noqa: E402
from samples import sample  # noqa: E402
from shark import Shark  # noqa: E402
from window import Display, Wireshark, wait_for  # noqa: E402

IMAGES = CHECKOUT / "docs/images"
HEIGHT = 980


def unselect(wireshark, frame, selected=1):
    """A selected row is blue, whatever its colour: take the selection away."""
    place = 300, FIRST_ROW + (frame - 1) * ROW
    if frame != selected:
        wireshark.display.click(place)
        time.sleep(1)       # two clicks, not a double one
    wireshark.display.xdotool("mousemove", *place, "keydown", "ctrl", "click", 1, "keyup", "ctrl")
    wireshark.display.aside()
    wireshark.settle()


def half_open(wireshark):
    """The packet list, and what the plugin says about frame 7 in a window of its own."""
    display, y = wireshark.display, FIRST_ROW + 6 * ROW
    display.xdotool("mousemove", 300, y, "click", "--repeat", 2, "--delay", 60, 1)
    details = wait_for("the frame's window", lambda: display.titled("Packet 7 "))[0]
    wireshark.settle()
    unselect(wireshark, 7, 7)
    top = y + 38
    display.xdotool("windowactivate", "--sync", details)
    display.xdotool("windowsize", "--sync", details, 1540, HEIGHT - top - 40, "windowmove", "--sync", details, 30, top)
    wireshark.settle()
    display.click((48, HEIGHT - 94), (300, top + 45))       # Show packet bytes: no; into the tree
    display.xdotool("key", "--delay", 80, "Home")
    wireshark.settle()
    display.screenshot(IMAGES / "half_open.png")


def half_open_retransmit(wireshark):
    unselect(wireshark, 12)
    wireshark.display.screenshot(IMAGES / "half_open_retransmit.png", "1600x240+0+112")


def main():
    for name, picture in (("half_open_crash", half_open), ("half_open_retransmit", half_open_retransmit)):
        display = Display(height=HEIGHT)
        display.manage()
        with Shark() as shark:
            shark.check_loaded()
            wireshark = Wireshark(shark, display, sample(name))
            try:
                picture(wireshark)
            finally:
                wireshark.close()
                display.close()


if __name__ == "__main__":
    sys.exit(main())
