# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints every tcpstate field of every frame of every sample capture, one line per frame.

In two passes: that one pass says the same is tested on each version by itself. Versions of Wireshark write booleans
differently; here they are all the same.
"""
import sys

from shark import CHECKOUT, Failure, Shark, exit_on_signals

BETWEEN = "\x1f"        # between several values of one field


def fields(shark):
    """(name, whether it is boolean) of what Wireshark knows under tcpstate, but not the expert infos' labels."""
    for line in shark.tshark("-G", "fields").stdout.splitlines():
        row = line.split("\t")
        if row[0] == "F" and row[2].startswith("tcpstate."):
            yield row[2], row[3] == "FT_BOOLEAN"


def value(text, boolean):
    if boolean:
        text = text.replace("True", "1").replace("False", "0")
    return text.replace(BETWEEN, " | ")


def verdicts(shark, capture, known):
    names = [part for name, _ in known for part in ("-e", name)]
    done = shark.tshark("-2", "-n", "-r", shark.readable(capture), "-Y", "tcpstate", "-T", "fields",
                        "-E", "separator=/t", "-E", "aggregator=" + BETWEEN, "-e", "frame.number", *names)
    if done.returncode:
        raise Failure(f"tshark on {capture.name}: {done.stderr.strip()}")
    for line in done.stdout.splitlines():
        number, *values = line.split("\t")
        said = [f"{name.removeprefix('tcpstate.')}={value(text, boolean)}"
                for (name, boolean), text in zip(known, values) if text]
        yield "\t".join([capture.name, f"frame {number}", *said])


def main():
    exit_on_signals()
    try:
        with Shark() as shark:
            shark.check_loaded()
            known = sorted(fields(shark))
            for capture in sorted((CHECKOUT / "sample_pcaps").glob("*.pcap*")):
                for line in verdicts(shark, capture, known):
                    print(line)
    except Failure as failure:
        print("verdicts:", failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
