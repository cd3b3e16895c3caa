# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/doctor on every way in which a plugin fails to load, most of them made for real, with the real tshark."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from samples import CHECKOUT, plugin
from shark import NOBODY, PROFILE

PLUGIN = plugin()
RELEASE = PLUGIN.parts[-3]
AS_ROOT = 0 in (os.geteuid(), os.getegid())
LATER = """
const char plugin_version[] = "0.1.0";
const int plugin_want_major = 4, plugin_want_minor = {minor};
void plugin_register(void) {{}}
"""
SAYS_OTHER_FOLDERS = """#!/bin/sh
case "$WIRESHARK_PLUGIN_DIR:$*" in
:*folders) tshark "$@" | sed 's|^Global Plugins:.*|Global Plugins: {system}/{release}|' ;;
*) exec tshark "$@" ;;
esac
"""


class Doctor(unittest.TestCase):
    """A person with a home of their own, and a copy of the checkout that they may read."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tcpstate-doctor-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.home, self.set = self.folder / "home", self.folder / "set"
        self.config = self.home / ".config/wireshark"
        self.personal = self.home / ".local/lib/wireshark/plugins"
        for folder in (self.home, self.set, self.folder / "checkout/tools"):
            folder.mkdir(parents=True)
        shutil.copy(CHECKOUT / "tools/doctor", self.folder / "checkout/tools")
        shutil.copytree(CHECKOUT / "profile", self.folder / "checkout/profile")
        self.env = {name: value for name, value in os.environ.items()
                    if not name.startswith(("WIRESHARK_", "XDG_", "SUDO_", "LD_"))}
        self.env.update(HOME=str(self.home), LC_ALL="C.UTF-8")
        # Whatever Wireshark's own folder holds on this machine is not what these tests are about.
        self.env["WIRESHARK_PLUGIN_DIR"] = str(self.set)

    def install_plugin(self, place, release=RELEASE, folder="epan"):
        target = place / release / folder / "tcpstate.so"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PLUGIN, target)
        return target

    def install_profile(self):
        target = self.config / "profiles" / PROFILE
        shutil.copytree(CHECKOUT / "profile" / PROFILE, target)
        return target

    def ask(self, *args, root=False):
        command = [sys.executable, self.folder / "checkout/tools/doctor", *args]
        if AS_ROOT and not root:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
            command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]
        done = subprocess.run(command, env=self.env, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(done.stderr if done.returncode < 2 else "", "")
        return done

    def healthy(self, *expected, **options):
        done = self.ask(**options)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertNotIn("problem", done.stdout)
        for text in expected:
            self.assertRegex(done.stdout, text)

    def problem(self, expected, *args, others=0, **options):
        """There is this problem, and no other."""
        done = self.ask(*args, **options)
        found = re.findall(r"^problem  (.*)$", done.stdout, re.M)
        self.assertEqual((done.returncode, len(found)), (1, 1 + others), done.stdout)
        self.assertTrue(any(re.search(expected, line) for line in found), done.stdout)
        lines = done.stdout.splitlines()
        for number, line in enumerate(lines):
            self.assertEqual(line.startswith("problem "), lines[number + 1:number + 2] != [] and lines[number + 1].startswith("repair "),
                             done.stdout)
        self.repairs = [line.removeprefix("repair   ") for line in lines if line.startswith("repair ")]
        return self.repairs[next(n for n, line in enumerate(found) if re.search(expected, line))]

    def repaired(self, expected, *healthy, **options):
        """The command below this problem, run as it is printed, helps."""
        repair = self.problem(expected, **options)
        prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if AS_ROOT else []
        subprocess.run([*prefix, "sh", "-c", repair], env=self.env, cwd="/", check=True, capture_output=True)
        self.healthy(*healthy)


class Fine(Doctor):
    def test_personal(self):
        self.install_plugin(self.personal)
        self.install_profile()
        self.healthy(r"ok +tcpstate \S+ is loaded from .*/home/", r"ok +it follows connections", r"ok +the profile")

    def test_by_the_variable(self):
        self.install_plugin(self.set)
        self.install_profile()
        self.healthy(r"ok +tcpstate \S+ is loaded from .*/set/")

    def test_a_copy_for_another_version_beside_it_is_only_noted(self):
        self.install_plugin(self.personal)
        self.install_plugin(self.personal, "1.2")
        self.install_profile()
        self.healthy(r"note +\S+/1\.2/epan/tcpstate\.so is in the folder of Wireshark 1\.2")


class Plugin(Doctor):
    def setUp(self):
        super().setUp()
        self.install_profile()

    def test_not_installed(self):
        del self.env["WIRESHARK_PLUGIN_DIR"]
        if any(pathlib.Path("/usr").glob("lib*/**/wireshark/plugins/**/tcpstate.so")):
            self.skipTest("it is installed for everybody on this machine")
        self.problem("tcpstate is not installed")

    def test_wrong_folder(self):
        for parts in ((".", "."), (RELEASE, "."), ("epan", ".")):
            with self.subTest(parts=parts):
                path = self.install_plugin(self.set, *parts)
                repair = self.problem(rf"wrong folder: it belongs into \S+/{RELEASE}/epan", others=1)   # and the variable's is empty
                self.assertTrue(repair.startswith("mkdir -p "), repair)
                path.unlink()

    def test_wrong_folder_is_repaired(self):
        del self.env["WIRESHARK_PLUGIN_DIR"]
        if any(pathlib.Path("/usr").glob("lib*/**/wireshark/plugins/**/tcpstate.so")):
            self.skipTest("it is installed for everybody on this machine")
        self.install_plugin(self.personal, RELEASE, ".")
        self.repaired("wrong folder", r"ok +tcpstate \S+ is loaded from .*/home/")

    def test_folder_of_another_version(self):
        self.install_plugin(self.set, "1.2")
        self.problem(rf"is in the folder of Wireshark 1\.2, and this is {RELEASE}", others=1)

    def test_built_for_another_version(self):
        path, minor = self.install_plugin(self.set), int(RELEASE.split(".")[1])
        source = self.folder / "later.c"
        source.write_text(LATER.format(minor=minor + 2))
        subprocess.run(["g++", "-x", "c", "-shared", "-fPIC", "-o", path, source], check=True)
        self.problem(rf"was built for Wireshark 4\.{minor + 2}, and this is {RELEASE}")

    def test_missing_library(self):
        path = self.install_plugin(self.set)
        data = path.read_bytes()
        name = re.search(rb"\0libwireshark\.so\.\d+\0", data)[0]
        path.write_bytes(data.replace(name, name.replace(b"wireshark", b"wiresharp")))
        self.problem(r"needs the library libwiresharp\.so\.\d+, which is missing")

    def test_not_a_library(self):
        self.install_plugin(self.set).write_text("not a library")
        self.problem("does not load: ")

    def test_unreadable(self):
        self.install_plugin(self.set).chmod(0)
        self.repaired("cannot be read by you", r"ok +tcpstate \S+ is loaded")

    def test_two_copies(self):
        self.install_plugin(self.set)
        self.install_plugin(self.personal)
        self.repaired("two copies: ", r"ok +tcpstate \S+ is loaded")

    def test_the_variable_leads_nowhere(self):
        self.env["WIRESHARK_PLUGIN_DIR"] = str(self.folder / "nowhere")
        done = self.ask()
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, rf"problem +WIRESHARK_PLUGIN_DIR=\S+/nowhere has no {RELEASE}/epan/tcpstate\.so")

    def test_the_variable_hides_wiresharks_own_folder(self):
        system = self.folder / "system"
        self.install_plugin(system)
        program = self.folder / "tshark-elsewhere"
        program.write_text(SAYS_OTHER_FOLDERS.format(system=system, release=RELEASE))
        program.chmod(0o755)
        self.problem(r"is ignored because WIRESHARK_PLUGIN_DIR=\S+ replaces Wireshark's own folder", "--tshark", program, others=1)

    @unittest.skipUnless(AS_ROOT, "needs root")
    def test_root(self):
        for place in (self.set, self.personal):
            with self.subTest(place=place.name):
                path = self.install_plugin(place)
                self.assertIn("tcpstate", self.problem("is ignored because you are root", root=True))
                path.unlink()

    @unittest.skipUnless(AS_ROOT, "needs root")
    def test_sudo(self):
        self.env.update(SUDO_USER="nobody")
        self.install_plugin(self.personal)
        self.problem("is ignored because you are root", root=True)

    def test_protocol_disabled(self):
        self.install_plugin(self.set)
        (self.config / "disabled_protos").write_text("# disabled\nudp\ntcpstate\n")
        self.repaired(r"the protocol tcpstate is disabled: .*/disabled_protos", "ok +it follows connections")

    def test_protocol_disabled_in_the_profile(self):
        self.install_plugin(self.set)
        (self.config / "profiles" / PROFILE / "disabled_protos").write_text("tcpstate\n")
        self.problem(r"the protocol tcpstate is disabled in the profile TCP State")


class Profile(Doctor):
    def setUp(self):
        super().setUp()
        self.install_plugin(self.set)

    def record(self, folder):
        """As `cmake --install` does."""
        sums = subprocess.run(["sha256sum", *sorted(p.name for p in folder.iterdir())], cwd=folder, text=True,
                              capture_output=True, check=True).stdout
        (folder / ".installed").write_text(sums.replace("  ", " "))

    def test_missing(self):
        self.problem("the profile .* is not installed")

    def test_a_file_is_missing(self):
        (self.install_profile() / "colorfilters").unlink()
        self.problem("lacks colorfilters")

    def test_outdated(self):
        folder = self.install_profile()
        (folder / "colorfilters").write_text("# of an earlier version\n")
        self.record(folder)
        self.assertIn("apt install --reinstall tcpstate", self.problem(r"is outdated \(colorfilters\): install again"))
        (self.folder / "checkout/CMakeLists.txt").write_text("project(tcpstate VERSION 0.1.0)\n")
        self.assertEqual(self.problem("is outdated"), f"cd {self.folder}/checkout && cmake --preset release && "
                         "cmake --build --preset release && cmake --install build/release")

    def test_changed_by_its_user(self):
        folder = self.install_profile()
        self.record(folder)
        (folder / "preferences").write_text("# my own\n")
        self.healthy("note +you have changed preferences")

    def test_what_wireshark_rewrites_is_no_change(self):
        folder = self.install_profile()
        (folder / "recent").write_text("# another width\n")
        self.healthy("ok +the profile")


class Usage(Doctor):
    def test_unknown_option(self):
        self.assertEqual(self.ask("--no-such-option").returncode, 2)

    def test_no_tshark(self):
        self.problem("install tshark", "--tshark", "no-such-tshark")

    def test_something_else_than_tshark(self):
        self.problem("is it a tshark", "--tshark", "true")
