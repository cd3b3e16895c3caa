// SPDX-License-Identifier: GPL-2.0-or-later
/// The words for enumerations, as fields print them (docs/contract.md). "" where nothing is to be printed. They are
/// what people filter for: they stay as they are.
#pragma once
#include "events.hpp"
#include "verdict.hpp"

namespace tcpstate {

const char* name(Role role);
const char* name(MaybeRole role);
const char* name(Phase phase);
const char* name(HalfOpenKind kind);
const char* name(Discovery discovery);
const char* name(EmbryonicKind kind);
const char* name(Keepalive keepalive);
const char* name(ResetKind kind);
const char* name(ResetEffect effect);
const char* name(Confidence confidence);
const char* name(Settled settled);
const char* name(Cause cause);
const char* name(Outcome outcome);
const char* name(Remark remark);
const char* name(IcmpVerdict verdict);
const char* name(Severity severity);  ///< as Wireshark's column Severity abbreviates them

}  // namespace tcpstate
