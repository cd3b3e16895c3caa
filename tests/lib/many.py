# SPDX-License-Identifier: GPL-2.0-or-later
"""One start of tshark for many captures (many.cpp): each is read by a process of its own, as if tshark had been started for it."""
import concurrent.futures
import os
import pathlib
import subprocess
import tempfile


def built(shark):
    library = shark.folder / "many.so"
    if not library.exists():
        source = pathlib.Path(__file__).with_suffix(".cpp")
        subprocess.run(["c++", "-std=c++20", "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
        shark.give(library)
    return library


def tshark_on(shark, captures, *options):
    """What tshark says to each of the captures, in their order: as subprocess.run does."""
    library, folder = built(shark), pathlib.Path(tempfile.mkdtemp(dir=shark.folder))
    paths = [(shark.readable(capture), folder / f"{n}.out", folder / f"{n}.err") for n, capture in enumerate(captures)]
    (folder / "list").write_text("".join("\t".join(map(str, row)) + "\n" for row in paths))
    shark.give(folder)
    command = ["-r", os.devnull, *options]
    done = shark.tshark(*command, env=shark.env() | {"LD_PRELOAD": str(library), "TSHARK_MANY": str(folder / "list")})
    states = done.stdout.split()
    assert (done.returncode, len(states)) == (0, len(captures)), done.stderr
    return [subprocess.CompletedProcess(["tshark", "-r", capture, *options], int(state), output.read_text(errors="replace"),
                                        errors.read_text(errors="replace"))
            for state, (capture, output, errors) in zip(states, paths)]


def side_by_side(jobs):
    """The results of these functions, which run on all processors."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda job: job(), jobs))
