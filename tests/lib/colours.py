# SPDX-License-Identifier: GPL-2.0-or-later
"""The profile's coloring rules and filter buttons; and how different colours look, to whom."""
import re

from shark import CHECKOUT, PROFILE

FOLDER = CHECKOUT / "profile" / PROFILE
OURS = "TCP State: "


def rules():
    """(name, filter, background, text) of each rule; colours as (r, g, b) of 0 to 1."""
    found = []
    for line in (FOLDER / "colorfilters").read_text().splitlines():
        if line.startswith("@"):
            name, text, back, fore = re.fullmatch(r"@(.*?)@(.*)@\[(.*?)\]\[(.*?)\]", line).groups()
            found.append((name, text, *(tuple(int(v) / 65535 for v in part.split(",")) for part in (back, fore))))
    return found


def buttons():
    return records("dfilter_buttons")


def records(name):
    """The cells of each line of such a file of Wireshark."""
    lines = (FOLDER / name).read_text().splitlines()
    return [[cell.replace("\\x22", '"') for cell in line[1:-1].split('","')] for line in lines if line.startswith('"')]


def linear(color):
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in color]


def luminance(color):
    return sum(weight * v for weight, v in zip((0.2126, 0.7152, 0.0722), linear(color)))


def contrast(a, b):
    """WCAG 2 contrast ratio."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
SIGHT = {
    "ordinary": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def lab(color, sight):
    """CIE L*a*b* (D65) of a colour as someone with that sight sees it."""
    rgb = [min(1, max(0, sum(m * v for m, v in zip(row, linear(color))))) for row in SIGHT[sight]]
    xyz = [sum(m * v for m, v in zip(row, rgb)) / white for row, white in
           (((0.4124, 0.3576, 0.1805), 0.9505), ((0.2126, 0.7152, 0.0722), 1.0), ((0.0193, 0.1192, 0.9505), 1.089))]
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(a, b, sight):
    return sum((p - q) ** 2 for p, q in zip(lab(a, sight), lab(b, sight))) ** 0.5
