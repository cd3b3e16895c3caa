# SPDX-License-Identifier: GPL-2.0-or-later
"""Tools from npm that only tests use: fetched once into the build folder, and exactly these."""
import hashlib
import io
import shutil
import subprocess
import tarfile

import pytest
from samples import build_folder

PACKAGES = {
    "axe-core": ("4.10.2", "9ea2d2d6917da998122bdacfd3b473e31ead53f4b87146c716a12edf89158100"),
    "typescript": ("5.4.5", "154fae77169f04155ac52d521ac59abb07c9be29ea3744732adbf9f14abb2440"),
}


def package(name):
    """The folder of an npm package, or a skipped test."""
    version, digest = PACKAGES[name]
    folder = build_folder() / "npm" / f"{name}-{version}"
    if not folder.exists():
        if not shutil.which("npm"):
            pytest.skip(f"npm is not there to fetch {name} {version}")
        folder.parent.mkdir(exist_ok=True)
        try:
            packed = subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder.parent,
                                    capture_output=True, text=True, timeout=120)
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm cannot fetch {name} {version}: no answer")
        if packed.returncode:
            pytest.skip(f"npm cannot fetch {name} {version}: {packed.stderr.strip().splitlines()[-1:]}")
        archive = folder.parent / packed.stdout.split()[-1]
        content = archive.read_bytes()
        archive.unlink()
        assert hashlib.sha256(content).hexdigest() == digest, f"{name} {version} is not what it was"
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            tar.extractall(folder)
    return folder / "package"
