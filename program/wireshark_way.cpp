// SPDX-License-Identifier: GPL-2.0-or-later
#include "wireshark_way.hpp"

#include <stdexcept>

#include <dlfcn.h>

namespace tcpstate {
namespace {

/// A function of the library. Its folder is part of this program: $ORIGIN/../lib/tcpstate.
template <typename Function>
Function* find(const char* name) {
    void* const library = dlopen(Libwireshark::library, RTLD_LAZY | RTLD_LOCAL);
    void* const symbol = library != nullptr ? dlsym(library, name) : nullptr;
    if (symbol == nullptr) throw std::runtime_error(std::string("Wireshark's dissectors do not start: ") + dlerror());
    return reinterpret_cast<Function*>(symbol);
}

}  // namespace

WiresharkWay* WiresharkWay::only = nullptr;

WiresharkWay::WiresharkWay(std::vector<std::string> preferences, Session::Ledger ledger,
                           Libwireshark::Listener listener, void* data)
    : preferences_(std::move(preferences)), ledger_(ledger), listener_(listener), data_(data) {
    only = this;
}

WiresharkWay::~WiresharkWay() { only = nullptr; }

void WiresharkWay::start() {
    if (libwireshark_ != nullptr) return;
    libwireshark_ = find<Libwireshark::Start>(Libwireshark::start_name)(preferences_, listener_, data_);
    if (own_session_ != nullptr) libwireshark_->follow(std::move(own_session_));
}

Session& WiresharkWay::session() {
    if (session_ != nullptr) return *session_;
    auto made = libwireshark_ != nullptr ? libwireshark_->make_session(ledger_)
                                         : std::make_unique<Session>(Preferences{}, false, 1, ledger_);
    session_ = made.get();
    if (libwireshark_ != nullptr)
        libwireshark_->follow(std::move(made));
    else
        own_session_ = std::move(made);
    return *session_;
}

void WiresharkWay::take_secrets(uint32_t type, const void* secrets, unsigned size) try {
    if (only == nullptr) return;
    only->start();
    only->libwireshark_->take_secrets(type, secrets, size);
} catch (const std::exception& error) {
    ws_warning("the keys in the file are not used: %s", error.what());
}

std::string WiresharkWay::version() { return find<Libwireshark::Version>(Libwireshark::version_name)(); }

}  // namespace tcpstate
