// SPDX-License-Identifier: GPL-2.0-or-later
#include "page.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "compat.hpp"
#include "display.hpp"
#include "lower_layers.hpp"

#include <epan/funnel.h>
#include <glib/gstdio.h>
#ifndef _WIN32
#include <csignal>

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

/// An empty file of the user's own; its descriptor, or -1.
int make_temporary(const char* pattern, std::string& path, std::string& problem) {
    char* name = nullptr;
    GError* error = nullptr;
    int const opened = g_file_open_tmp(pattern, &name, &error);
    Owned const owned(name);
    if (opened < 0)
        problem = Failure(error)->message;
    else
        path = name;
    return opened;
}

/// Adds `--preference NAME:VALUE` for each one that makes a difference: all of ours, as the window may have another
/// profile than the program reads; of others, those that are not as they come.
struct PreferenceArguments {
    std::vector<std::string>& arguments;
    std::string module;

    unsigned take(pref_t* preference) {
        std::string const name = module + "." + prefs_get_name(preference);
        bool const ours = module == "tcpstate";
        if (!ours && !decides_what_reaches_tcp(name)) return 0;
        Owned const value(prefs_pref_to_str(preference, pref_current));
        Owned const usual(prefs_pref_to_str(preference, pref_default));
        if (ours || g_strcmp0(value.get(), usual.get()) != 0) {
            arguments.emplace_back("--preference");
            arguments.push_back(name + ":" + value.get());
        }
        return 0;
    }
};

void add_preferences(std::vector<std::string>& arguments) {
    PreferenceArguments taken{arguments, {}};
    prefs_modules_foreach(
        [](module_t* module, void* data) {
            static_cast<PreferenceArguments*>(data)->module = module->name;
            return prefs_pref_foreach(
                module,
                [](pref_t* preference, void* its) { return static_cast<PreferenceArguments*>(its)->take(preference); },
                data);
        },
        &taken);
}

std::vector<std::string> arguments_for(const std::string& program, const PageOf& of) {
    std::vector<std::string> arguments{program, "report", "-o", "-"};
    if (of.conn) arguments.insert(arguments.end(), {"--conn", std::to_string(*of.conn)});
    add_preferences(arguments);
    arguments.insert(arguments.end(), {"--", of.capture});
    return arguments;
}

bool open_in_browser(const std::string& page) {
    const funnel_ops_t* const ops = funnel_get_funnel_ops();
    if (ops == nullptr || ops->browser_open_url == nullptr) return false;
    Owned const url(g_filename_to_uri(page.c_str(), nullptr, nullptr));
    return url != nullptr && ops->browser_open_url(url.get()) != FALSE;
}

std::string complaints_of(const PageInWork& work) {
    char* said = nullptr;
    g_file_get_contents(work.complaints.c_str(), &said, nullptr, nullptr);
    Owned const owned(said);
    return said == nullptr || *said == 0 ? "tcpstate report failed\n" : said;
}

void forget(PagesInWork::iterator work) {
    g_unlink(work->complaints.c_str());
    g_spawn_close_pid(work->process);
    display().pages.erase(work);
}

/// The program has ended.
void take_page(GPid process, int status, void*) try {
    PagesInWork& pages = display().pages;
    auto const work = std::find_if(pages.begin(), pages.end(), [&](auto& each) { return each.process == process; });
    if (work == pages.end()) return;
    std::string problem;
    if (status != 0) {
        problem = complaints_of(*work);
        g_unlink(work->page.c_str());
    } else if (!open_in_browser(work->page)) {
        problem = "No browser could be opened. The page is " + work->page + "\n";
    }
    Tell* const tell = work->tell;
    forget(work);
    if (!problem.empty()) tell(problem);
} catch (...) {
    ws_warning("out of memory: no report");
}

/// Standard output of the program is the page.
bool start(const std::vector<std::string>& arguments, int page, int complaints, GPid& process, std::string& problem) {
    std::vector<char*> list;
    list.reserve(arguments.size() + 1);
    for (const std::string& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));  // not changed
    list.push_back(nullptr);
    GError* error = nullptr;
    if (g_spawn_async_with_fds(nullptr, list.data(), nullptr, G_SPAWN_DO_NOT_REAP_CHILD, nullptr, nullptr, &process, -1,
                               page, complaints, &error) != FALSE)
        return true;
    problem = Failure(error)->message;
    return false;
}

/// Empty if the program runs.
std::string begin(const PageOf& of, Tell* tell) {
    std::string const tcpstate = program();
    if (tcpstate.empty()) return "The program tcpstate is not installed beside this plugin, nor in the PATH.";
    std::vector<std::string> const arguments = arguments_for(tcpstate, of);
    PagesInWork made;  // first, so that nothing is allocated once the program runs
    PageInWork& work = made.emplace_back(of, tell);
    std::string problem;
    int const page = make_temporary("tcpstate-XXXXXX.html", work.page, problem);
    int const complaints = page < 0 ? -1 : make_temporary("tcpstate-XXXXXX.txt", work.complaints, problem);
    bool const started = complaints >= 0 && start(arguments, page, complaints, work.process, problem);
    for (int const opened : {page, complaints})
        if (opened >= 0) g_close(opened, nullptr);
    if (started) {
        g_child_watch_add(work.process, take_page, nullptr);
        display().pages.splice(display().pages.end(), made);
        return "";
    }
    for (const std::string* file : {&work.page, &work.complaints})
        if (!file->empty()) g_unlink(file->c_str());
    return problem;
}

}  // namespace

void open_page(const PageOf& of, Tell* tell) {
    PagesInWork& pages = display().pages;
    if (std::any_of(pages.begin(), pages.end(), [&](auto& each) { return each.of == of; }))
        return tell("The page is being written. It opens in the browser when it is complete.\n");
    if (std::string const problem = begin(of, tell); !problem.empty()) return tell(problem + "\n");
    // GLib tells us of the end where it runs the window's loop, as it does on Linux. Else nobody would, so we wait.
    while (g_main_depth() == 0 && !pages.empty()) g_main_context_iteration(nullptr, TRUE);
}

void give_up_pages() {
    for (const PageInWork& work : display().pages) {
#ifndef _WIN32
        kill(work.process, SIGTERM);
#endif
        g_unlink(work.page.c_str());
        g_unlink(work.complaints.c_str());
    }
}

}  // namespace tcpstate
