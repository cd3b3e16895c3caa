# SPDX-License-Identifier: GPL-2.0-or-later
"""The core alone, built by another compiler and for another processor: its unit tests pass there too."""
import os
import platform
import subprocess
import sys

import pytest
from samples import CHECKOUT

PRESETS = ["core-clang", pytest.param("core-32", marks=pytest.mark.skipif(
    platform.machine() != "x86_64", reason="-m32 is for x86"))]


@pytest.mark.parametrize("preset", PRESETS)
def test_core(preset):
    folder = CHECKOUT / "build" / preset
    for command in (["cmake", "--preset", preset], ["cmake", "--build", "--preset", preset, "-j", str(os.cpu_count())],
                    [sys.executable, "tests/unit/run.py", folder / "unit_tests", folder / "reports/unit.xml"]):
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
