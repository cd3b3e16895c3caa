# SPDX-License-Identifier: GPL-2.0-or-later
"""What a scenario declares, and the list of all."""

import importlib
import pkgutil
from dataclasses import dataclass, field
from typing import Callable

CATALOGUE = {}


@dataclass
class Scenario:
    name: str
    title: str             # what happens, one line
    shows: str             # what to look for
    steps: Callable
    topic: str
    middle: str = "relay"
    interface: str = "eth0"
    ipv6: bool = False
    slow: bool = False     # more than a few seconds
    quick: bool = False    # in the quick core
    offloads: tuple = ()   # the ends whose network cards cut and join segments
    snap: int = None       # of the middle's capture: bytes kept of each frame
    reason: str = None     # the kernel's known reason for the RST, where there is no trace
    sysctl: dict = field(default_factory=dict)
    expects: dict = field(default_factory=dict)  # what an observer must find, beyond states and resets


def scenario(title, shows, ipv6_twin=False, **options):
    """Declares the decorated function as a scenario of its name."""
    def declare(steps):
        topic = steps.__module__.rsplit(".", 1)[-1]
        CATALOGUE[steps.__name__] = Scenario(steps.__name__, title, shows, steps, topic, **options)
        if ipv6_twin:
            twin = steps.__name__ + "_ipv6"
            CATALOGUE[twin] = Scenario(twin, title + ", over IPv6", shows, steps, topic,
                                       **{**options, "ipv6": True, "quick": False})
        return steps
    return declare


def catalogue():
    if not CATALOGUE:
        from . import scenarios
        for module in sorted(pkgutil.iter_modules(scenarios.__path__), key=lambda m: ORDER.index(m.name)
                             if m.name in ORDER else len(ORDER)):
            importlib.import_module(f"{scenarios.__name__}.{module.name}")
    return CATALOGUE


ORDER = ["half_open", "closing", "resets", "opening", "keepalive", "forged", "boxes", "two_points", "various"]
