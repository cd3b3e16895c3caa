# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures what docs/archives.md says, in seconds of the processor, which do not depend on what else the machine does:
python3 tests/archive/measure.py [PACKETS [FILES [PACKETS OF A CONNECTION]]].
"""
import os
import pathlib
import resource
import sys
import tempfile

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(CHECKOUT / "tests/lib"), str(CHECKOUT / "tools")]
import archives  # noqa: E402
from tshark import shark  # noqa: E402


def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(what, archive, out):
    used = cpu()
    done = archives.archive(archive, "--out", out, "--workers", "1", "--quiet", timeout=3600)
    assert done.returncode == 0, done.stderr
    used = cpu() - used
    (reading, memory, read), = archives.query(out, "SELECT sum(cpu), max(memory_kib), sum(size) FROM files")
    rows, = archives.query(out, "SELECT count(*), sum(joined) FROM connections")
    print(f"{what}: {used:.2f} s" + (f", of which the program {reading:.2f} s and {memory / 1024:.0f} MiB, the collecting process "
                                     f"{used - reading:.2f} s" if "files read" in done.stdout and "\n0 files" not in done.stdout else "")
          + f"; {rows[0]:,} connections, {rows[1]:,} go on from file to file; "
          f"database {out.stat().st_size / rows[0]:.0f} bytes a connection", flush=True)


def main(packets=3_000_000, files=30, length=50):
    folder = pathlib.Path(tempfile.mkdtemp(dir=archives.scratch()))
    folder.chmod(0o755)
    whole = archives.traffic("blend", packets, packets // length, folder / "whole.pcap")
    archive, step = folder / "archive", packets // files
    archive.mkdir()
    parts = archives.split(whole, archive / "lan", range(step, packets - step + 1, step), ("nsecpcap",))
    print(f"{packets:,} packets, {length} a connection, in {files} files of {os.path.getsize(whole) / files / 1e6:.1f} MB; "
          f"load {os.getloadavg()[0]:.1f}", flush=True)
    used = cpu()
    with open(whole, "rb") as file:
        shark().tshark("-n", "-q", "-r", "-", "-z", "tcpstate,connections,json", stdin=file)
    print(f"one tshark over the whole: {cpu() - used:.2f} s", flush=True)
    out = folder / "result.sqlite"
    last = parts[-1].rename(folder / "last.pcap")
    run("without the last file", archive, out)
    last.rename(parts[-1])
    run("with the last file, again", archive, out)
    run("nothing new", archive, out)
    out.unlink()
    run("all at once", archive, out)
    for path in parts:
        archives.call("gzip", "-1", path)
    out.unlink()
    run("all at once, compressed", archive, out)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
