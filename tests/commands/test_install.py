# SPDX-License-Identifier: GPL-2.0-or-later
"""Installing and uninstalling below prefixes of one's own. tests/packages does it for the whole system, in throw-away ones."""
import os
import subprocess

import pytest
from samples import build_folder
from shark import NOBODY


@pytest.fixture
def build():
    """The build folder; what was installed from it before stays known."""
    folder = build_folder()
    kept = {path: path.read_bytes() for name in ("installed_files.txt", "install_manifest.txt") if (path := folder / name).exists()}
    for path in kept:
        path.unlink()
    yield folder
    (folder / "installed_files.txt").unlink(missing_ok=True)
    for path, data in kept.items():
        path.write_bytes(data)


def install(build, prefix, **env):
    subprocess.run(["cmake", "--install", build, "--prefix", prefix], env=os.environ | env, check=True, capture_output=True)


def uninstall(build, check=True):
    script = build.parents[1] / "cmake/uninstall.cmake"
    return subprocess.run(["cmake", "-D", f"manifest={build}/installed_files.txt", "-P", script], check=check, capture_output=True,
                          text=True)


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def test_two_prefixes(build, tmp_path):
    for prefix in "one", "two":
        install(build, tmp_path / prefix)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    assert any(name.endswith("/epan/tcpstate.so") for name in files(tmp_path / "one"))
    uninstall(build)
    assert files(tmp_path) == []
    assert uninstall(build, check=False).returncode != 0, "there is nothing more to remove"


def test_a_folder_for_a_package(build, tmp_path):
    install(build, "/usr", DESTDIR=str(tmp_path))
    assert files(tmp_path / "usr")
    uninstall(build)
    assert files(tmp_path) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_what_cannot_be_removed_is_named_and_not_forgotten(build, tmp_path):
    for prefix in "one", "two":
        install(build, tmp_path / prefix)
    manifest = build / "installed_files.txt"
    copy = tmp_path / "installed_files.txt"
    copy.write_bytes(manifest.read_bytes())
    for path in (tmp_path, copy, *(tmp_path / "two").rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    for path in (tmp_path, *tmp_path.parents):
        if not path.stat().st_mode & 0o005:
            path.chmod(path.stat().st_mode | 0o005)
    script = (build.parents[1] / "cmake/uninstall.cmake").read_text()
    (tmp_path / "uninstall.cmake").write_text(script)
    command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "cmake", "-D", f"manifest={copy}", "-P",
               tmp_path / "uninstall.cmake"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "tcpstate.so" in done.stderr
    assert not any(name.endswith(".so") for name in files(tmp_path / "two"))
    left = copy.read_text().splitlines()
    assert left
    assert all(str(tmp_path / "one") in line for line in left)
