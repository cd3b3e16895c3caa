#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the manual pages and the completion for bash, from the parsers of the programs: manual.py FOLDER."""
import argparse
import importlib.machinery
import importlib.util
import pathlib
import re
import sys

sys.dont_write_bytecode = True
CHECKOUT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(CHECKOUT / folder) for folder in ("tools", "labs", "tests/lib")]

import archive.command  # noqa: E402
import show  # noqa: E402
import tcplab_lib.cli  # noqa: E402


def loaded(path):
    """A program whose file has no .py at its end."""
    loader = importlib.machinery.SourceFileLoader(path.name, str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(path.name, loader))
    loader.exec_module(module)
    return module


# Program, what it is, its parser, and what bash asks for the words that are no options.
PROGRAMS = (
    ("tcpstate-show", "the states of TCP connections in a capture", show.parser(), ""),
    ("tcpstate-archive", "one table of the TCP connections of many captures", archive.command.parser(), ""),
    ("tcpstate-doctor", "whether Wireshark loads tcpstate, and if not, why", loaded(CHECKOUT / "tools/doctor").parser(), ""),
    ("tcpstate-profile", "the columns, colours and buttons of tcpstate in a profile of your own",
     loaded(CHECKOUT / "tools/profile").parser(), ""),
    ("tcplab", "TCP experiments on one machine", tcplab_lib.cli.parser(), "tcplab list | sed -n 's/^  \\([a-z0-9_]*\\) .*/\\1/p'"),
)


def escaped(text):
    return re.sub(r"(?m)^([.'])", r"\\&\1", text.replace("\\", "\\e").replace("-", "\\-"))


def bold(text):
    return f"\\fB{escaped(text)}\\fR"


def words(action):
    """-h, --help or --out DIR, or the name of an argument."""
    value = action.metavar or action.dest.upper() if action.nargs != 0 else ""
    if not action.option_strings:
        return f"\\fI{escaped(value)}\\fR"
    names = ", ".join(map(bold, action.option_strings))
    return names + (f" \\fI{escaped(value)}\\fR" if value else "")


def synopsis(parser):
    parts = []
    for action in parser._actions:
        if isinstance(action, (argparse._HelpAction, argparse._SubParsersAction)):
            continue
        text = words(action) if action.required or not action.option_strings else f"[{words(action)}]"
        parts.append((bool(not action.option_strings), text + (" ..." if action.nargs in ("+", "*") else "")))
    return " ".join(text for _, text in sorted(parts, key=lambda part: part[0]))


def listed(parser):
    lines = []
    for action in parser._actions:
        if action.help and not isinstance(action, (argparse._HelpAction, argparse._SubParsersAction)):
            lines += [".TP", words(action), escaped(action.help)]
    return lines


def subparsers(parser):
    """[(name, help, parser)] of its commands."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            texts = {each.dest: each.help for each in action._choices_actions}
            return [(name, texts[name], made) for name, made in action.choices.items()]
    return []


def page(name, title, parser):
    lines = [f'.TH {name.upper()} 1 "" "tcpstate" "User Commands"', ".SH NAME", f"{escaped(name)} \\- {escaped(title)}", ".SH SYNOPSIS"]
    commands = subparsers(parser)
    for command, _, made in commands:
        lines += [f"{bold(name + ' ' + command)} {synopsis(made)}".rstrip(), ".br"]
    if not commands:
        lines.append(f"{bold(name)} {synopsis(parser)}")
    paragraphs = [" ".join(part.split()) for part in parser.description.split("\n\n")]
    lines += [".SH DESCRIPTION", "\n.PP\n".join(map(escaped, paragraphs))]
    for command, text, made in commands:
        lines += [f".SS {bold(name + ' ' + command)}", escaped(text[0].upper() + text[1:] + "."), *listed(made)]
    if not commands:
        lines += [".SH OPTIONS", *listed(parser)]
    if parser.epilog:
        lines += [".SH NOTES", escaped(" ".join(parser.epilog.split()))]
    others = [bold(other) + "(1)" for other, *_ in PROGRAMS if other != name]
    return "\n".join([*lines, ".SH SEE ALSO", ", ".join([*others, bold("tshark") + "(1)"]) + ".",
                      "All pages: /usr/share/doc/tcpstate/README.md", ""])


def options_of(parser):
    return " ".join(option for action in parser._actions for option in action.option_strings)


COMPLETION = """\
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion for bash, made by tools/manual.py.

# _tcpstate_complete OPTIONS [WORDS]: options after a dash, else these words, else files.
_tcpstate_complete() {
    local word=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    if [[ $word = -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word")
    elif [[ -n ${2-} ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$2" -- "$word")
    fi
}
"""


def completion():
    lines = [COMPLETION]
    for name, _, parser, query in PROGRAMS:
        function = "_" + name.replace("-", "_")
        commands = subparsers(parser)
        lines.append(f"{function}() {{")
        if commands:
            names = " ".join(command for command, *_ in commands)
            lines += ["    if ((COMP_CWORD == 1)); then", f'        _tcpstate_complete "{options_of(parser)}" "{names}"', "        return",
                      "    fi", "    case ${COMP_WORDS[1]} in"]
            for command, _, made in commands:
                ask = f' "$({query})"' if command == "run" else ""
                lines.append(f'        {command}) _tcpstate_complete "{options_of(made)}"{ask} ;;')
            lines.append("    esac")
        else:
            lines.append(f'    _tcpstate_complete "{options_of(parser)}"')
        lines += ["}", f"complete -o default -F {function} {name}", ""]
    return "\n".join(lines)


def main(arguments):
    if len(arguments) != 1:
        print("usage: tools/manual.py FOLDER", file=sys.stderr)
        return 2
    folder = pathlib.Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, title, parser, _ in PROGRAMS:
        parser.prog = name
        (folder / f"{name}.1").write_text(page(name, title, parser))
    (folder / "completion.bash").write_text(completion())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
