// SPDX-License-Identifier: GPL-2.0-or-later
#include "page.hpp"

#include <filesystem>
#include <memory>
#include <vector>

#include "compat.hpp"

#include <epan/funnel.h>
#include <glib.h>
#include <glib/gstdio.h>
#ifndef _WIN32
#include <dlfcn.h>
#endif

namespace tcpstate {
namespace {

struct Freed {
    void operator()(char* text) const { g_free(text); }
    void operator()(GError* error) const { g_error_free(error); }
};
using Owned = std::unique_ptr<char, Freed>;
using Failure = std::unique_ptr<GError, Freed>;

/// Below the folder that the plugin was installed or built in, else wherever programs are.
std::string program() {
#ifndef _WIN32
    static const char here = 0;
    Dl_info plugin;
    if (dladdr(&here, &plugin) != 0 && plugin.dli_fname != nullptr) {
        std::error_code none;
        std::filesystem::path const file = std::filesystem::weakly_canonical(plugin.dli_fname, none);
        for (std::filesystem::path folder = file.parent_path(); folder.has_relative_path();
             folder = folder.parent_path())
            if (std::filesystem::path const found = folder / "bin" / "tcpstate";
                std::filesystem::is_regular_file(found, none))
                return found.string();
    }
#endif
    Owned const found(g_find_program_in_path("tcpstate"));
    return found == nullptr ? "" : found.get();
}

/// An empty file of the user's own.
std::string temporary_page(std::string& problem) {
    char* name = nullptr;
    GError* error = nullptr;
    int const opened = g_file_open_tmp("tcpstate-XXXXXX.html", &name, &error);
    if (opened < 0) {
        problem = Failure(error)->message;
        return "";
    }
    g_close(opened, nullptr);
    return Owned(name).get();
}

std::string run(const std::string& program, const std::string& capture, std::optional<uint32_t> conn,
                const std::string& page) {
    std::string const number = conn ? std::to_string(*conn) : "";
    std::vector<const char*> arguments{program.c_str(), "report", "-o", page.c_str()};
    if (conn) arguments.insert(arguments.end(), {"--conn", number.c_str()});
    arguments.insert(arguments.end(), {"--", capture.c_str(), nullptr});
    char* said = nullptr;
    GError* error = nullptr;
    int status = 0;
    // It changes neither the strings nor the list.
    bool const ran = g_spawn_sync(nullptr, const_cast<char**>(arguments.data()), nullptr, G_SPAWN_STDOUT_TO_DEV_NULL,
                                  nullptr, nullptr, nullptr, &said, &status, &error) != FALSE;
    Owned const complaints(said);
    if (!ran) return Failure(error)->message;
    return status == 0 ? "" : complaints == nullptr || *complaints == 0 ? "tcpstate report failed" : complaints.get();
}

bool open_in_browser(const std::string& page) {
    const funnel_ops_t* const ops = funnel_get_funnel_ops();
    if (ops == nullptr || ops->browser_open_url == nullptr) return false;
    Owned const url(g_filename_to_uri(page.c_str(), nullptr, nullptr));
    return url != nullptr && ops->browser_open_url(url.get()) != FALSE;
}

}  // namespace

std::string open_page(const std::string& capture, std::optional<uint32_t> conn) {
    std::string const tcpstate = program();
    if (tcpstate.empty()) return "The program tcpstate is not installed beside this plugin, nor in the PATH.\n";
    std::string problem;
    std::string const page = temporary_page(problem);
    if (page.empty()) return problem + "\n";
    problem = run(tcpstate, capture, conn, page);
    if (!problem.empty()) {
        g_unlink(page.c_str());
        return problem + "\n";
    }
    return open_in_browser(page) ? "" : "No browser could be opened. The page is " + page + "\n";
}

}  // namespace tcpstate
