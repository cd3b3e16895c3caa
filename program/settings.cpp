// SPDX-License-Identifier: GPL-2.0-or-later
#include "settings.hpp"

#include <fstream>

#include "lower_layers.hpp"
#include "wiretap.hpp"

namespace tcpstate {
namespace {

/// Each line in one of these enables, disables or redirects a dissector.
constexpr const char* lists[] = {"disabled_protos", "enabled_protos", "heuristic_protos", "decode_as_entries"};

bool is_blank(const std::string& line) {
    size_t const first = line.find_first_not_of(" \t\r");
    return first == std::string::npos || line[first] == '#';
}

template <typename Look>
void each_line(char* path, Look&& look) {
    std::ifstream file(path);
    g_free(path);
    for (std::string line; std::getline(file, line);)
        if (!is_blank(line)) look(line);
}

/// The personal file, then the one of the whole machine.
template <typename Look>
void each_setting(const char* name, Look&& look) {
    each_line(get_persconffile_path(name, false), look);
    each_line(get_datafile_path(name), look);
}

}  // namespace

void look_at_preference(const std::string& line, Settings& settings) {
    std::string const name = line.substr(0, line.find(':'));
    if (name.starts_with("tcpstate.")) settings.are_ours = true;
    bool const is_odd = decides_what_reaches_tcp(name) || name.ends_with(".tcp.port") || name.ends_with(".udp.port");
    if (is_odd && settings.odd.empty()) settings.odd = "preference " + name;
}

Settings read_settings(const std::vector<std::string>& preferences) {
    Settings settings;
    for (const std::string& preference : preferences) look_at_preference(preference, settings);
    each_setting("preferences", [&](const std::string& line) { look_at_preference(line, settings); });
    for (const char* list : lists)
        each_setting(list, [&](const std::string&) {
            if (settings.odd.empty()) settings.odd = std::string("settings in ") + list;
        });
    return settings;
}

}  // namespace tcpstate
