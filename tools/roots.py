# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian systems with other versions of Wireshark, each in a folder (a root), and how to run programs inside.

A root is made once and kept outside the checkout. What runs inside sees it through an overlay, so that nothing it
does is left behind; only the folder that is handed over as /srv/tcpstate is real. Mounts live in a namespace of their
own and go away with it, also when this program is killed.
"""
import contextlib
import fcntl
import filecmp
import os
import pathlib
import shutil
import subprocess
import time

CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
PLACE = "/srv/tcpstate"     # where the copy of the source is, seen from inside
PACKAGES = ("g++ cmake ninja-build pkgconf wireshark-dev libwireshark-dev libwiretap-dev libwsutil-dev tshark catch2 "
            "libglib2.0-dev libcli11-dev python3 python3-pytest dpkg-dev file").split()
# What Wireshark's own build takes (tools/in-tree): without the window, with what its tests decrypt and decompress.
FOR_WIRESHARK = ("flex perl libpcap-dev libgcrypt20-dev libgnutls28-dev libc-ares-dev zlib1g-dev libnghttp2-dev libpcre2-dev "
                 "libxml2-dev libspeexdsp-dev liblz4-dev libsnappy-dev libzstd-dev libbrotli-dev libxxhash-dev").split()
DAY = 24 * 3600
# After how long a root is made anew: a release hardly moves, sid does.
LIFETIME = {"bookworm": 90 * DAY, "trixie": 30 * DAY, "sid": 7 * DAY}
# Which of them has which Wireshark. When sid moves on, its row here does too.
WITH_WIRESHARK = {"4.0": "bookworm", "4.4": "trixie", "4.6": "sid"}
NAMES = {"bookworm": "Debian 12", "trixie": "Debian 13", "sid": "Debian sid"}

ENTER = r"""
set -e
root=$1 folder=$2 scratch=$3
shift 3
mount --make-rprivate /
mount -t tmpfs tmpfs "$scratch"
mkdir "$scratch/upper" "$scratch/work" "$scratch/root"
mount -t overlay -o "lowerdir=$root,upperdir=$scratch/upper,workdir=$scratch/work" overlay "$scratch/root"
cd "$scratch/root"
mount -t proc proc proc
mount --rbind /dev dev
mkdir -p srv/tcpstate
mount --bind "$folder" srv/tcpstate
chmod 1777 tmp
exec chroot . env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    sh -c 'cd /srv/tcpstate && exec "$@"' sh "$@"
"""


class Unavailable(Exception):
    """There cannot be a root here, in one line for people. No fault of what is tested."""


def default_cache():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "tcpstate" / "roots"


def archive():
    """Where this machine gets its own Debian packages from."""
    form = ["--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian", "Label: Debian", "Component: main"]
    try:
        found = subprocess.run(["apt-get", "indextargets", *form], capture_output=True, text=True).stdout.split()
    except FileNotFoundError:
        found = []
    if not found:
        raise Unavailable("apt on this machine knows no archive of Debian packages")
    return found[0]


def archive_settings():
    """What this machine's apt is told about its archive holds for the same archive in a root: proxies, a frozen mirror."""
    options = []
    for name in ("Acquire::http::Proxy", "Acquire::https::Proxy", "Acquire::Check-Valid-Until"):
        said = subprocess.run(["apt-config", "shell", "value", name], capture_output=True, text=True).stdout
        value = said.strip().removeprefix("value=").strip("'")
        if value:
            options.append(f'--aptopt={name} "{value}"')
    return options


def check_possible():
    if os.geteuid():
        raise Unavailable("needs root, to enter another system's folder")
    for program in ("unshare", "chroot", "mount"):
        if not shutil.which(program):
            raise Unavailable(program + " is not installed")
    if subprocess.run(["unshare", "--mount", "--pid", "--fork", "true"], capture_output=True).returncode:
        raise Unavailable("mount namespaces are not permitted here")


class Root:
    def __init__(self, suite, path, note=""):
        self.suite, self.path, self.note = suite, path, note
        self.name = NAMES.get(suite, suite)

    def run(self, folder, command, timeout=1800):
        """Runs a command inside, with `folder` as /srv/tcpstate and working directory. Output comes as text."""
        scratch = self.path.parent / f".scratch-{self.path.name}-{os.getpid()}"
        scratch.mkdir(exist_ok=True)
        try:
            return subprocess.run(
                ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "sh", self.path, folder,
                 scratch, *command],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                errors="replace", timeout=timeout)
        except subprocess.TimeoutExpired as late:
            output = late.stdout.decode(errors="replace") if isinstance(late.stdout, bytes) else late.stdout or ""
            return subprocess.CompletedProcess(command, 124, f"{output}\nstopped after {timeout} s\n")
        finally:
            scratch.rmdir()

    def wireshark_version(self):
        rows = (self.path / "var/lib/dpkg/status").read_text(errors="replace").split("\n\n")
        for row in rows:
            if row.startswith("Package: tshark\n"):
                version = row.partition("\nVersion: ")[2].partition("\n")[0]
                return version.partition("-")[0].rpartition(":")[2]
        return "?"


def make(suite, cache, fresh=False, say=print, kind="", more=()):
    """The root of a suite: from the cache when it is there, has its packages and is not too old, else made (about a minute).
    One with `more` packages is a `kind` of its own."""
    check_possible()
    cache.mkdir(parents=True, exist_ok=True)
    packages = [*PACKAGES, *more]
    path, stamp, contents = cache / (suite + kind), cache / f"{suite}{kind}.stamp", " ".join(packages)
    with locked(cache / f"{suite}{kind}.lock"):
        there = path.is_dir() and stamp.exists() and stamp.read_text() == contents
        if there and not fresh and time.time() - stamp.stat().st_mtime < LIFETIME.get(suite, 30 * DAY):
            return Root(suite, path)
        try:
            build(suite, path, packages, say)
        except Unavailable as reason:
            if not there:
                raise
            made = time.strftime("%F", time.localtime(stamp.stat().st_mtime))
            return Root(suite, path, f"an old root, made {made}: {reason}")
        stamp.write_text(contents)
    return Root(suite, path)


def build(suite, path, packages, say):
    if not shutil.which("mmdebstrap"):
        raise Unavailable("mmdebstrap is not installed")
    new, log = path.with_name(path.name + ".new"), path.with_name(path.name + ".log")
    source = f"deb {archive()} {suite} main"
    say(f"making a root of {NAMES.get(suite, suite)} in {path}")
    shutil.rmtree(new, ignore_errors=True)
    with open(log, "w") as file:
        try:
            status = subprocess.run(["mmdebstrap", "--mode=root", "--variant=apt", *archive_settings(),
                                     "--include=" + ",".join(packages), suite, new, source],
                                    stdin=subprocess.DEVNULL, stdout=file, stderr=file, timeout=1200).returncode
        except subprocess.TimeoutExpired:
            status = "E: it took longer than 20 minutes"
            print(status, file=file)
    if status:
        shutil.rmtree(new, ignore_errors=True)
        said = [line for line in log.read_text(errors="replace").splitlines() if line.startswith(("E:", "Err:"))]
        raise Unavailable(f"no root of {suite}: {said[0] if said else 'mmdebstrap failed'} (all of it: {log})")
    shutil.rmtree(path, ignore_errors=True)
    new.rename(path)


@contextlib.contextmanager
def locked(path):
    """Two runs must not make, or use, the same folder at once."""
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def source_files():
    """The files of the source: what git tracks or would, or, without git, all but what is built."""
    command = ["git", "-C", CHECKOUT, "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others",
               "--exclude-standard"]
    if (CHECKOUT / ".git").exists():
        names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
        return sorted({name for name in names if name and (CHECKOUT / name).is_file()})
    skipped = ("build", "__pycache__", ".cache")
    return sorted(str(path.relative_to(CHECKOUT)) for path in CHECKOUT.rglob("*")
                  if path.is_file() and not any(part in skipped for part in path.relative_to(CHECKOUT).parts))


def copy_source(folder):
    """Makes `folder` the source as it is now. A build folder in it stays: what did not change is not built again."""
    names = set(source_files())
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    for path in sorted(folder.rglob("*"), reverse=True):
        name = path.relative_to(folder)
        if name.parts[0] == "build":
            continue
        if path.is_dir() and not path.is_symlink():
            with contextlib.suppress(OSError):
                path.rmdir()
        elif str(name) not in names:
            path.unlink()
    for name in names:
        source, target = CHECKOUT / name, folder / name
        if target.exists() and filecmp.cmp(source, target, shallow=False) \
                and target.stat().st_mode == source.stat().st_mode:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)     # with the time of now: what was built from the file before is older
