# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of tcpstate for bash.
_tcpstate() {
    local current=$2 previous=$3 command=${COMP_WORDS[1]} common="--wireshark --count-ways -o --help"
    local series=" --append --files-from --report"
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "summary connections events segments timeline compare report --help --version" -- "$current")
        return
    fi
    case $previous in
        --where) mapfile -t COMPREPLY < <(compgen -S = -W "outcome cause event host port conn" -- "$current"); compopt -o nospace; return ;;
        -e) mapfile -t COMPREPLY < <(compgen -W "$(tcpstate segments --list-fields 2>/dev/null)" -- "$current"); return ;;
        --forget) mapfile -t COMPREPLY < <(compgen -W "90s 30m 1h 7d" -- "$current"); return ;;
        --conn|--preference) return ;;
        -o) [[ $command = report ]] || return ;;
    esac
    if [[ $current = -* ]]; then
        case $command in
            summary) common+="$series --forget" ;;
            connections) common+="$series --tsv --csv --json --list-columns --forget" ;;
            events) common+="$series --json --forget" ;;
            segments) common+="$series --tsv --json -e --where --list-fields" ;;
            timeline) common+="$series --conn" ;;
            compare) common+=" --order --all --conn --json --segments" ;;
            report) common+=" --output --order --conn --hide-answers --preference" ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "$common" -- "$current")
        return
    fi
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
complete -F _tcpstate tcpstate
