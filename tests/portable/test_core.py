# SPDX-License-Identifier: GPL-2.0-or-later
"""The core alone, built by another compiler, for another processor and for Windows (in Wine): its unit tests pass there too."""
import os
import pathlib
import platform
import shutil
import subprocess
import sys

import pytest
from samples import CHECKOUT

X86 = pytest.mark.skipif(platform.machine() != "x86_64", reason="-m32 and Windows' programs are for x86")
HEADER = pathlib.Path("/usr/include/catch2/catch.hpp")     # Catch2 3 is a library, and Debian's is for Linux
MISSING = [name for name in ("x86_64-w64-mingw32-g++-posix", "wine") if not shutil.which(name)]
MISSING += [] if HEADER.exists() else [str(HEADER)]
WINDOWS = pytest.mark.skipif(bool(MISSING), reason="not here: " + ", ".join(MISSING))

PRESETS = ["core-clang", pytest.param("core-32", marks=X86),
           pytest.param("core-mingw", marks=[X86, WINDOWS, pytest.mark.versions])]


@pytest.mark.parametrize("preset", PRESETS)
def test_core(preset):
    folder = CHECKOUT / "build" / preset
    program = "unit_tests.exe" if preset == "core-mingw" else "unit_tests"
    for command in (["cmake", "--preset", preset], ["cmake", "--build", "--preset", preset, "-j", str(os.cpu_count())],
                    [sys.executable, "tests/unit/run.py", folder / program, folder / "reports/unit.xml"]):
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
