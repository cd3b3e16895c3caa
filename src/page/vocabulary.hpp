// SPDX-License-Identifier: GPL-2.0-or-later
/// The words of a page with what they mean: states, outcomes, causes, events, rules and fields.
#pragma once
#include "json.hpp"

namespace tcpstate {

/// Adds the object.
void add_vocabulary(Json& json);

}  // namespace tcpstate
