// SPDX-License-Identifier: GPL-2.0-or-later
/// Conversation Filter > TCP State: the connection of the selected frame, this incarnation and no other.
#pragma once

namespace tcpstate {

void register_conversation();

}  // namespace tcpstate
