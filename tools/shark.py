# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark's programs with this checkout's plugin and profile, whoever asks for them.

Wireshark ignores WIRESHARK_PLUGIN_DIR and personal plugins silently when its user or group is root. So for root
the programs run as `nobody`, on copies in a private folder that is removed at the end; the checkout and the capture may
lie where only root can read. Everybody's own Wireshark configuration is left alone.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

if os.name != "posix":
    sys.exit(f"{os.path.basename(sys.argv[0])} needs Linux; on Windows, use WSL")
CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
PROFILE = "TCP State"
NOBODY = 65534


class Failure(Exception):
    """One line for people."""


def default_plugins():
    """The folder that a release build leaves; tests of other builds name theirs in TCPSTATE_PLUGINS."""
    return pathlib.Path(os.environ.get("TCPSTATE_PLUGINS") or CHECKOUT / "build/release/plugins")


class Shark:
    """Use it in a `with` statement: leaving it removes the private folder."""

    def __init__(self, plugins=None, env=None):
        self.as_nobody = 0 in (os.geteuid(), os.getegid())
        self.plugins = pathlib.Path(plugins or default_plugins())
        self.extra_env = env or {}

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tcpstate-"))
        try:
            self._furnish()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def _furnish(self):
        profiles = self.folder / "config/profiles"
        profiles.mkdir(parents=True)
        shutil.copytree(CHECKOUT / "profile" / PROFILE, profiles / PROFILE)
        # As large as the screen; the profile has the widths of the columns.
        (self.folder / "config/recent_common").write_text("gui.geometry_main_maximized: TRUE\n")
        for name in ("home", "runtime", "tmp"):
            (self.folder / name).mkdir()
        (self.folder / "runtime").chmod(0o700)
        if self.as_nobody:
            if self.plugins.is_dir():
                shutil.copytree(self.plugins, self.folder / "plugins")
            self.plugins = self.folder / "plugins"
            self.give(self.folder)

    def bring_program(self):
        """The program stands beside the plugin, which calls it: so must the copies."""
        built = default_plugins().parent
        if not self.as_nobody or not (built / "bin/tcpstate").exists():
            return
        for name in ("bin", "lib"):
            shutil.copytree(built / name, self.folder / name, dirs_exist_ok=True)
            self.give(self.folder / name)

    def give(self, path):
        """Lets the programs read (and, in folders, write) what is at `path`: with root's umask nobody else could."""
        if not self.as_nobody:
            return
        try:
            for each in (path, *path.rglob("*")):
                os.chown(each, NOBODY, NOBODY)
        except OSError as error:
            raise Failure(f"root cannot hand files to another user here ({error.strerror}), and Wireshark ignores "
                          "plugins of root: run as an ordinary user") from None

    def env(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("WIRESHARK_", "XDG_"))}
        env.update(WIRESHARK_PLUGIN_DIR=str(self.plugins), WIRESHARK_CONFIG_DIR=str(self.folder / "config"),
                   HOME=str(self.folder / "home"), LC_ALL="C.UTF-8")
        if self.as_nobody:
            env["TMPDIR"] = str(self.folder / "tmp")
            env["XDG_RUNTIME_DIR"] = str(self.folder / "runtime")
        elif "XDG_RUNTIME_DIR" in os.environ:
            env["XDG_RUNTIME_DIR"] = os.environ["XDG_RUNTIME_DIR"]
        env.update(self.extra_env)
        return env

    def command(self, program, *args):
        prefix = []
        if self.as_nobody:
            prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        return [*prefix, program, *map(str, args)]

    def run(self, program, *args, **options):
        """Runs a program to its end; output is captured as text."""
        options = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "errors": "replace",
                   "env": self.env(), "cwd": self.folder} | options
        try:
            return subprocess.run(self.command(program, *args), **options)
        except FileNotFoundError as error:
            raise Failure(f"{error.filename} is not installed") from None

    def tshark(self, *args, **options):
        return self.run("tshark", *args, **options)

    def readable(self, capture):
        """A path under which the programs can read this capture: its own, or that of a copy."""
        capture = pathlib.Path(capture).resolve()
        if not self.as_nobody or self.run("test", "-r", capture).returncode == 0:
            return capture
        copy = self.folder / "captures" / capture.name
        if not copy.exists():
            copy.parent.mkdir(exist_ok=True)
            self.give(copy.parent)
            shutil.copyfile(capture, copy)
            self.give(copy)
        return copy

    def check_loaded(self):
        """Wireshark skips a plugin that it does not like and carries on: so look."""
        if not any(self.plugins.glob("*/epan/tcpstate.so")):
            raise Failure("the plugin is not built: no */epan/tcpstate.so in " + str(default_plugins()))
        found = self.tshark("-G", "plugins")
        if found.returncode != 0:
            raise Failure("tshark does not start: " + last_line(found.stderr))
        rows = [line.split("\t") for line in found.stdout.splitlines()]
        if not any(row[0].strip() == "tcpstate.so" for row in rows):
            version = self.tshark("--version").stdout.partition("\n")[0]
            raise Failure(f"the plugin did not load into {version.rstrip('.')}: "
                          + (last_line(found.stderr) or "tshark does not list it and does not say why"))


def last_line(text):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def exit_on_signals():
    """So that the private folder is removed on Ctrl-C, kill and a closed terminal too."""
    def leave(number, _frame):
        sys.exit(128 + number)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
