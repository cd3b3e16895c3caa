# SPDX-License-Identifier: GPL-2.0-or-later
"""Small benchmarks with generous limits: nobody doubles the cost of a segment without noticing. Instructions are counted, so
a slow or busy machine does not matter. bench/compare measures in earnest.
"""
import importlib.machinery
import importlib.util
import shutil
import subprocess
import unittest

from samples import CHECKOUT

LOADER = importlib.machinery.SourceFileLoader("compare", str(CHECKOUT / "bench/compare"))
compare = importlib.util.module_from_spec(importlib.util.spec_from_loader("compare", LOADER))
LOADER.exec_module(compare)

# Instructions per segment of the core: about one and a half times what they were when this was written.
CORE_LIMITS = {"blend": 600, "web": 460, "transfer": 470, "loss": 1000, "half-open": 1050, "half-closed": 1700,
               "reuse": 1650, "syn-flood": 700}
SEGMENTS, PER_CONNECTION = 20_000, 50
LONG_CONNECTION, LIMIT_ON_WEB = 200, 275         # segments of one, and the instructions for each of them: 262 when this was written


@unittest.skipUnless(shutil.which("valgrind"), "valgrind is not installed")
@unittest.skipUnless((compare.BUILT / "core_count").exists(), "built without TCPSTATE_BENCH")
class Smoke(unittest.TestCase):
    def test_core(self):
        for mix, limit in CORE_LIMITS.items():
            with self.subTest(mix=mix):
                connections = SEGMENTS if mix == "syn-flood" else SEGMENTS // PER_CONNECTION
                self.assertLess(compare.core_count(mix, SEGMENTS, connections), limit)

    def test_core_on_ordinary_traffic(self):
        self.assertLess(compare.core_count("web", 10 * SEGMENTS, 10 * SEGMENTS // LONG_CONNECTION), LIMIT_ON_WEB)

    def test_core_does_not_grow(self):
        for mix, density in (("web", 0.005), ("blend", 0.02), ("reuse", 0.1), ("syn-flood", 1)):
            with self.subTest(mix=mix):
                few, many = (compare.core_count(mix, n, int(n * density)) for n in (20_000, 160_000))
                self.assertLess(many / few, 1.2)

    def test_short_way_comes_to_the_same(self):
        done = subprocess.run([compare.BUILT / "both_ways"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_plugin(self):
        variants = {variant[0]: variant for variant in compare.VARIANTS}
        with compare.wireshark.Shark() as shark:
            shark.check_loaded()
            bench = compare.Bench(shark, compare.MIX, compare.DENSITY)
            plain, plugin = (bench.instructions(variants[name], 2_000, 12_000) for name in ("plain", "plugin"))
        self.assertLess(plugin / plain, 1.04)
