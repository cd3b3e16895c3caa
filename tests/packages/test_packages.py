# SPDX-License-Identifier: GPL-2.0-or-later
"""Installs and removes tcpstate in every way. Run by tools/packages in a throw-away system; refuses to run elsewhere."""
import gzip
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import unittest

import pytest
from samples import CHECKOUT
from shark import NOBODY

BUILD = CHECKOUT / "build/release"
HOME = pathlib.Path("/tmp/home")
PROFILE = HOME / ".config/wireshark/profiles/TCP State"
# Written by package tools for their own use.
UNTOLD = ("/var/lib/dpkg", "/var/lib/apt", "/var/cache", "/var/log", "/etc/ld.so.cache")

if os.environ.get("TCPSTATE_THROW_AWAY_SYSTEM") != "yes":
    pytest.skip("installs on the system: run by tools/packages in a throw-away one", allow_module_level=True)


def run(*command, user=False, check=True, cwd=CHECKOUT):
    prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env", f"HOME={HOME}"] if user else []
    done = subprocess.run([*prefix, *map(str, command)], cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if check and done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}")
    return done


def system():
    """Every file of the system with its checksum."""
    found = {}
    for top in ("/usr", "/etc", "/opt", "/var", "/tmp/home"):
        for path in pathlib.Path(top).rglob("*"):
            if str(path).startswith(UNTOLD) or "__pycache__" in path.parts:
                continue
            if path.is_symlink():
                found[str(path)] = os.readlink(path)
            elif path.is_file():
                status = path.stat()
                found[str(path)] = (status.st_size, status.st_mtime_ns) if status.st_size > 65536 else \
                    hashlib.sha256(path.read_bytes()).hexdigest()
            elif path.is_dir() and "tcpstate" in path.name.lower() or path.name == "TCP State":
                found[str(path)] = "folder"
    return found


class Packages(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        shutil.rmtree(HOME, ignore_errors=True)
        HOME.mkdir()
        os.chown(HOME, NOBODY, NOBODY)
        self.before = system()

    def difference(self):
        after = system()
        return {path: state for path, state in after.items() if self.before.get(path) != state} | \
            {path: "removed" for path in self.before if path not in after}

    def nothing_left(self):
        self.assertEqual(self.difference(), {})

    def works(self, doctor, **options):
        """The doctor is content, and a sample capture says what it should."""
        self.assertNotIn("problem", run(doctor, **options).stdout)
        said = run("tshark", "-2", "-n", "-r", CHECKOUT / "sample_pcaps/half_open_crash.pcapng", "-Y", "tcpstate.rst.cause",
                   "-T", "fields", "-e", "tcpstate.rst.cause", "-e", "tcpstate.outcome", **options).stdout
        self.assertIn("crash\tcrashed", said)


class Deb(Packages):
    def setUp(self):
        super().setUp()
        self.deb, = (BUILD / "packages").glob("tcpstate_*.deb")

    def install(self, deb, check=True):
        return run("apt-get", "-qq", "-y", "install", deb, check=check)

    def test_install_use_remove(self):
        self.install(self.deb)
        for user in (False, True):
            with self.subTest(user=user):
                self.works("tcpstate-doctor", user=user)
        shared = pathlib.Path("/usr/share/tcpstate")
        samples, here = ({path.relative_to(folder) for path in (folder / "sample_pcaps").rglob("*")} for folder in (shared, CHECKOUT))
        self.assertEqual(samples, here)
        for path in ("/usr/share/doc/tcpstate/copyright", "/usr/share/doc/tcpstate/README.md",
                     "/usr/share/doc/tcpstate/docs/filters.md", "/usr/share/wireshark/profiles/TCP State/colorfilters"):
            self.assertTrue(pathlib.Path(path).is_file(), path)
        self.assertIn("usage", run("tcplab", "--help", user=True).stdout)
        self.assertIn("half_open_crash", run("tcplab", "list", user=True).stdout)
        self.links_lead_somewhere()
        self.works_without_a_checkout(shared / "sample_pcaps/half_open_crash.pcapng")
        self.assertEqual(run("find", "/usr/share/tcpstate", "/usr/share/doc/tcpstate", "!", "-user", "root").stdout, "")
        run("apt-get", "-qq", "-y", "purge", "tcpstate")
        shutil.rmtree(HOME)
        HOME.mkdir()
        self.nothing_left()

    def links_lead_somewhere(self):
        for page in pathlib.Path("/usr/share/doc/tcpstate").rglob("*.md"):
            for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
                if "://" not in target:
                    self.assertTrue((page.parent / target).exists(), f"{page}: {target}")

    def works_without_a_checkout(self, capture):
        """Each program, as an ordinary user in a home folder."""
        def out(*command):
            return run(*command, user=True, cwd=HOME).stdout
        self.assertIn(": crashed;", out("tcpstate", capture))
        self.assertIn("\tcrashed\t", out("tcpstate", "connections", "--tsv", capture))
        self.assertIn("1 connections in 1 files", out("tcpstate-archive", capture, "--out", HOME / "result.sqlite", "--quiet"))
        self.assertEqual(out("tcplab", "quiz", capture, "--count", "2", "--export").split(),
                         [f"half_open_crash.{part}" for part in ("sheet.md", "key.md", "answers.txt")])
        self.assertIn("usage", out("tcpstate-archive", "--help"))
        for name in "tcpstate", "tcpstate-show", "tcpstate-archive", "tcpstate-doctor", "tcpstate-profile", "tcplab":
            self.assertTrue(gzip.open(f"/usr/share/man/man1/{name}.1.gz", "rt").read().startswith(".TH"), name)
            self.assertIn(name, pathlib.Path(f"/usr/share/bash-completion/completions/{name}").read_text())

    def test_depends_on_this_wireshark_and_no_other(self):
        depends = run("dpkg-deb", "-f", self.deb, "Depends").stdout
        version = run("dpkg-query", "-W", "-f", "${Version}", "tshark").stdout
        major, minor = map(int, version.split(".")[:2])
        self.assertRegex(depends, rf"libwireshark\d+\w* \(>= {major}\.{minor}\)")
        self.assertRegex(depends, rf"libwireshark\d+\w* \(<< {major}\.{minor + 1}~\)")

    def test_the_packages_for_other_versions_are_refused(self):
        others = [deb for deb in (CHECKOUT / "build/others").glob("*.deb") if deb.name != self.deb.name]
        if not others:
            self.skipTest("no package for another version at hand")
        for deb in others:
            with self.subTest(deb=deb.name):
                self.assertNotEqual(self.install(deb, check=False).returncode, 0)
        self.nothing_left()


class Everybody(Packages):
    def test_install_use_uninstall(self):
        run("cmake", "--install", BUILD)
        for user in (False, True):
            self.works("tools/doctor", user=user)
        run("cmake", "--build", BUILD, "--target", "uninstall")
        shutil.rmtree(HOME)
        HOME.mkdir()
        self.nothing_left()

    def test_there_is_nothing_to_uninstall(self):
        done = run("cmake", "--build", BUILD, "--target", "uninstall", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Nothing was installed", done.stdout)


class Yourself(Packages):
    """As an ordinary user, who has also built it."""

    def setUp(self):
        super().setUp()
        self.give(NOBODY)
        self.addCleanup(self.give, 0)
        run("cmake", "--install", BUILD, user=True)

    def give(self, user):
        run("chown", "-R", f"{user}:{user}", CHECKOUT / "build")

    def uninstall(self):
        return run("cmake", "--build", BUILD, "--target", "uninstall", user=True).stdout

    def test_install_use_uninstall(self):
        self.works("tools/doctor", user=True)
        self.uninstall()
        self.nothing_left()

    def test_a_second_install_changes_nothing(self):
        first = self.difference()
        run("cmake", "--install", BUILD, user=True)
        again = self.difference()
        for found in (first, again):
            found.pop(str(PROFILE / ".installed"))
        self.assertEqual(again, first)
        self.uninstall()
        self.nothing_left()

    def test_what_the_user_changed_stays(self):
        for again in (False, True):
            with self.subTest(installed_again=again):
                with open(PROFILE / "preferences", "a") as file:
                    file.write("# mine\n")
                with open(PROFILE / "recent", "a") as file:
                    file.write("# Wireshark's\n")
                if again:
                    run("cmake", "--install", BUILD, user=True)
                    self.assertTrue((PROFILE / "preferences.new").exists())
                said = self.uninstall()
                self.assertIn("preferences: you have changed it", said)
                left = {path for path, state in self.difference().items() if state != "folder"}
                self.assertIn(str(PROFILE / "preferences"), left)
                self.assertLessEqual(left, {str(PROFILE / "preferences"), str(PROFILE / "recent")})
                run("cmake", "--install", BUILD, user=True)

    def test_for_root_it_is_not_there(self):
        done = run("tools/doctor", check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.uninstall()


class Source(unittest.TestCase):
    def test_the_archive_holds_the_source_and_nothing_else(self):
        archive, = (BUILD / "packages").glob("tcpstate-*.tar.xz")
        with tarfile.open(archive) as tar:
            packed = {re.sub(r"^[^/]+/", "", member.name) for member in tar if not member.isdir()}
        here = {str(path.relative_to(CHECKOUT)) for path in CHECKOUT.rglob("*") if path.is_file()
                and path.relative_to(CHECKOUT).parts[0] != "build" and "__pycache__" not in path.parts}
        self.assertEqual(sorted(packed ^ here)[:20], [], "in one of the two only")
