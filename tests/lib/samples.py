# SPDX-License-Identifier: GPL-2.0-or-later
"""Where things are: the checkout, the recorded captures, the build under test."""
import pathlib

from shark import CHECKOUT, default_plugins

SAMPLES = CHECKOUT / "sample_pcaps"


def sample(name):
    return SAMPLES / f"{name}.pcapng"


def recorded():
    """Every capture in the repository."""
    return sorted(SAMPLES.glob("*.pcap*"))


def build_folder():
    """That of the plugin under test."""
    return pathlib.Path(default_plugins()).parent


def plugin():
    """The plugin under test: a library below X.Y/epan."""
    return next(default_plugins().glob("*/epan/tcpstate.so"))
