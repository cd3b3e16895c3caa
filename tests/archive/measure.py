# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures what docs/archives.md says: python3 tests/archive/measure.py [PACKETS [FILES [PACKETS OF A CONNECTION]]].
Wants a machine of its own.
"""
import os
import pathlib
import resource
import sys
import tempfile
import time

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(CHECKOUT / "tests/lib"), str(CHECKOUT / "tools")]
import archives  # noqa: E402
from tshark import shark  # noqa: E402


def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(folder, captures, workers, cores):
    """CPU times do not change with what else the machine does: of the workers, and of the one process that collects."""
    out = folder / f"{workers}-{cores}.sqlite"
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(everywhere)[:cores])
    try:
        return measure_here(out, captures, workers, cores)
    finally:
        os.sched_setaffinity(0, everywhere)


def measure_here(out, captures, workers, cores):
    with archives.dask(workers) as (address, _):
        time.sleep(5)       # until all are there
        began, used = time.monotonic(), cpu()
        done = archives.archive(captures, "--out", out, "--scheduler", address, "--quiet", timeout=3600)
        took, collecting = time.monotonic() - began, cpu() - used
    assert done.returncode == 0, done.stderr
    (packets, files, memory, reading, rows, joined), = archives.query(
        out, "SELECT sum(packets), count(*), max(memory_kib), sum(cpu), (SELECT count(*) FROM connections), "
        "(SELECT sum(joined) FROM connections) FROM files")
    (again,), = archives.query(out, "SELECT sum(client_frames + server_frames) FROM connections WHERE joined")
    (joining,), = archives.query(out, "SELECT CAST(value AS REAL) FROM meta WHERE name = 'joining_cpu'")
    print(f"{workers} workers on {cores} cores: {took:.1f} s, {packets / took:,.0f} packets/s, {files / took:.2f} files/s\n"
          f"  CPU: reading {reading:.1f} s, joining {joining:.1f} s, collecting (with Dask's start) {collecting:.1f} s\n"
          f"  {rows} rows, {joined} joined with {100 * again / packets:.1f} % of the packets; {memory / 1024:.0f} MiB per worker; "
          f"database {out.stat().st_size / packets:.0f} bytes a packet", flush=True)
    return took


def main(packets=1_000_000, files=20, length=50):
    folder = pathlib.Path(tempfile.mkdtemp(dir=archives.scratch()))
    folder.chmod(0o755)
    whole = archives.traffic("blend", packets, packets // length, folder / "whole.pcap")
    (folder / "archive").mkdir()
    step = packets // files
    archives.split(whole, folder / "archive/lan", range(step, packets - step + 1, step), ("nsecpcap",))
    print(f"{packets} packets, {length} a connection, in {files} files of {os.path.getsize(whole) / files / 1e6:.1f} MB; "
          f"load {os.getloadavg()[0]:.1f}", flush=True)
    began, used = time.monotonic(), cpu()
    with open(whole, "rb") as file:
        shark().tshark("-n", "-q", "-r", "-", "-z", "tcpstate,connections,json", stdin=file)
    print(f"one tshark over the whole: {time.monotonic() - began:.1f} s ({cpu() - used:.1f} s CPU)", flush=True)
    alone = measure(folder, folder / "archive", 1, 1)
    one = measure(folder, folder / "archive", 1, 2)
    two = measure(folder, folder / "archive", 2, 2)
    print(f"two workers on two cores are {alone / two:.2f} times as fast as one on one core, {one / two:.2f} times as one on two cores")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
