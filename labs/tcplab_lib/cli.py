# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of tcplab."""

import argparse
import difflib
import os
import shutil
import signal
import subprocess
import sys
import time

from . import index, page, quiz, show
from .lab import Lab
from .namespaces import Missing
from .output import Output
from .path import Path
from .scenario import catalogue
from .truth import Account


def parser():
    made = argparse.ArgumentParser(prog="tcplab", description="TCP experiments on one machine: real Linux "
                                   "endpoints, captures at both ends, and the kernel's own account.")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="the experiments")
    run = commands.add_parser("run", help="make experiments")
    run.add_argument("names", nargs="*", metavar="NAME")
    run.add_argument("--all", action="store_true", help="every experiment")
    run.add_argument("--quick", action="store_true", help="the most important ones, under a minute")
    run.add_argument("--out", metavar="DIR", help="keep captures there, truth in DIR/truth (default: tcplab-out)")
    run.add_argument("--index", action="store_true", help="write README.md of the captures in DIR, too")
    run.add_argument("--no-trace", action="store_true", help="truth by sampling only, as without tracefs")
    run.add_argument("--report", action="store_true", help="make the page DIR/NAME.html, too, with the kernel's states in it")
    run.add_argument("--quiet", action="store_true", help="one line per experiment")
    ask = commands.add_parser("quiz", help="questions about a capture, at the terminal or on paper")
    ask.add_argument("capture", metavar="CAPTURE")
    ask.add_argument("--export", action="store_true", help="write a sheet, a key and an empty file of answers instead")
    ask.add_argument("--out", metavar="DIR", default=".", help="where --export writes (default: here)")
    grade = commands.add_parser("check", help="grade files of answers into a CSV")
    grade.add_argument("answers", nargs="+", metavar="ANSWERS", help="files, or folders of them")
    grade.add_argument("capture", metavar="CAPTURE")
    for command in (ask, grade):
        command.add_argument("--count", type=int, metavar="N", help="only N of the questions, the same ones each time")
    grade.add_argument("--csv", metavar="FILE", help="write the results there (default: standard output)")
    return made


def main(arguments=None):
    options = parser().parse_args(arguments)
    if getattr(options, "count", None) is not None and options.count < 1:
        parser().error("--count: at least 1")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    try:
        return COMMANDS[options.command](options)
    except Missing as missing:
        print(f"tcplab: {missing}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ntcplab: interrupted" + (", everything is cleaned up" if options.command == "run" else ""),
              file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 1


def quiz_capture(options):
    if options.export:
        return quiz.export(options.capture, options.out, options.count)
    return quiz.ask(options.capture, options.count)


def check_answers(options):
    return quiz.check(options.answers, options.capture, options.csv, options.count)


def interrupted(*_):
    raise KeyboardInterrupt


def list_scenarios(_):
    topic = None
    for item in catalogue().values():
        if item.topic != topic:
            topic = item.topic
            print(f"\n{topic.replace('_', ' ')}")
        marks = "".join([" (quick)" if item.quick else "", " (slow)" if item.slow else ""])
        print(f"  {item.name:28} {item.title}{marks}")
    return 0


def chosen(options):
    known = catalogue()
    if options.all:
        return list(known.values())
    if options.quick:
        return [item for item in known.values() if item.quick]
    if not options.names:
        raise Missing("say which experiment: a NAME of 'tcplab list', --quick or --all")
    items = []
    for name in options.names:
        plain = name.replace("-", "_")
        item = known.get(plain) or next((i for i in known.values() if i.name.startswith(plain)), None)
        if not item:
            near = difflib.get_close_matches(plain, known, 1)
            raise Missing(f"no experiment is called {name}: " + (f"did you mean {near[0]}?" if near else "see 'tcplab list'"))
        items.append(item)
    return items


def check_machine(options):
    """Whether to trace. An ordinary user goes on in a user namespace, where this program is started again with all
    capabilities and still as that user: Wireshark would ignore the plugin if it were root there."""
    os.environ["PATH"] += os.pathsep + "/usr/sbin:/sbin"    # Debian has bridge and nft there, and its users do not look there
    for program, package in (("ip", "iproute2"), ("bridge", "iproute2"), ("nft", "nftables")):
        if not shutil.which(program):
            raise Missing(f"the command {program} is missing: apt-get install {package}")
    if os.geteuid() == 0:
        return not options.no_trace
    if os.environ.get("TCPLAB_UNSHARED"):
        return False
    namespace = ["unshare", "--user", "--map-current-user", "--keep-caps", "--net", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode:
        raise Missing("not root, and this system does not permit user namespaces: run it with sudo")
    print("not root: works in a user namespace; states come from socket tables, not from the kernel's trace", file=sys.stderr)
    os.execvpe(namespace[0], [*namespace, sys.executable, *sys.argv], {**os.environ, "TCPLAB_UNSHARED": "1"})


def run_scenarios(options):
    items = chosen(options)
    trace = check_machine(options)
    if options.report:
        page.program()
    out = options.out or "tcplab-out"
    output = Output(out)
    failed = 0
    for count, item in enumerate(items, 1):
        prefix = f"[{count}/{len(items)}] " if len(items) > 1 else ""
        print(f"{prefix}{item.name}: {item.title}", flush=True)
        began = time.monotonic()
        try:
            files = run_one(item, output, trace, options)
        except (OSError, Missing) as error:
            if isinstance(error, PermissionError) and not trace:
                raise Missing(f"this needs root here ({error}): run it with sudo") from error
            print(f"tcplab: {item.name} failed: {error}", file=sys.stderr)
            failed += 1
            continue
        print(f"  {time.monotonic() - began:.1f} s: {', '.join(files)} in {out}", flush=True)
        if len(items) == 1 and not options.quiet:
            show.verdict(f"{out}/{item.name}.pcapng", print)
    if options.index:
        output.hand_over(index.write(out))
    return 1 if failed else 0


def run_one(item, output, trace, options):
    say = (lambda text: None) if options.quiet else (lambda text: print(text, flush=True))
    try:
        lab = Lab(item, say, trace)
    except OSError as error:
        if not trace or not getattr(error, "tracefs", True):
            raise
        print(f"no kernel trace ({error}): truth from sampled socket tables", file=sys.stderr)
        lab = Lab(item, say, False)
    with lab:
        item.steps(lab)
        account = Account(lab, lab.finish())
        path = Path(account)
        path.check()
    if not options.quiet:
        show.ladder(account, "client", say)
    return output.save(account, path, item, options.report)


COMMANDS = {"list": list_scenarios, "run": run_scenarios, "quiz": quiz_capture, "check": check_answers}
