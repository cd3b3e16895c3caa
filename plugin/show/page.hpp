// SPDX-License-Identifier: GPL-2.0-or-later
/// The page that the program makes of the open capture (`tcpstate report`), in the browser.
#pragma once
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <utility>

#include <glib.h>

namespace tcpstate {

/// What the page is to show.
struct PageOf {
    std::string capture;
    std::optional<uint32_t> conn{};  ///< only this connection
    bool operator==(const PageOf&) const = default;
};

/// Hears what went wrong, in words for people.
using Tell = void(const std::string& problem);

/// A program that is writing a page.
struct PageInWork {
    PageInWork(PageOf shown, Tell* listener) : of(std::move(shown)), tell(listener) {}

    PageOf of;
    Tell* tell;
    std::string page, complaints;  ///< temporary files: its standard output, its standard error
    GPid process{};
};
using PagesInWork = std::list<PageInWork>;

/// Starts the program, with the preferences of the window; when it has written the page into a temporary file, that is
/// opened. Nothing waits for it, and the capture may be closed meanwhile. `tell` is called now or later, if at all.
/// Throws std::bad_alloc.
void open_page(const PageOf& of, Tell* tell);

/// Ends the programs that are still writing, and removes what they wrote: Wireshark is about to end.
void give_up_pages();

}  // namespace tcpstate
