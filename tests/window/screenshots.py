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
from window import Display, Wireshark  # noqa: E402

IMAGES = CHECKOUT / "docs/images"
SPLITTER = 404          # between list and details
# No bytes; and the selected row of half_open_crash keeps its colour when the details have the keyboard.
OPTIONS = [part for value in ("layout_content_3:NONE", "inactive_frame.style:FLAT", "inactive_frame.bg:d55e00")
           for part in ("-o", "gui." + value)]


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
    """The packet list, and the details of the RST with its summary selected."""
    display, end = wireshark.display, FIRST_ROW + 7 * ROW
    display.click((300, end - ROW))
    wireshark.settle()
    display.xdotool("mousemove", 683, SPLITTER, "mousedown", 1, "mousemove", 683, SPLITTER - 20, "mousemove", 683, end + 20, "mouseup", 1)
    display.aside()
    wireshark.settle()
    display.click((300, end + 122))
    wireshark.settle()
    display.screenshot(IMAGES / "half_open.png")


def half_open_retransmit(wireshark):
    unselect(wireshark, 12)
    wireshark.display.screenshot(IMAGES / "half_open_retransmit.png", "1600x240+0+112")


def main():
    for name, picture, size, options in (("half_open_crash", half_open, (1366, 720), OPTIONS),
                                         ("half_open_retransmit", half_open_retransmit, (1600, 980), ())):
        display = Display(width=size[0], height=size[1])
        display.manage()
        with Shark() as shark:
            shark.check_loaded()
            wireshark = Wireshark(shark, display, sample(name), *options)
            try:
                picture(wireshark)
            finally:
                wireshark.close()
                display.close()


if __name__ == "__main__":
    sys.exit(main())
