// SPDX-License-Identifier: GPL-2.0-or-later
/// Zeek's vocabulary for a connection, so that results join with its conn.log (https://docs.zeek.org, Conn::Info).
#pragma once
#include "connection.hpp"
#include "text.hpp"

namespace tcpstate {

/// conn_state: S0, S1, SF, REJ, S2, S3, RSTO, RSTR, RSTOS0, RSTRH, SH, SHR or OTH.
const char* zeek_state(const Connection& connection);
/// history: a letter for each kind of packet in order of appearance, upper case for the originator (the client).
void print(const History& history, Text& text);

}  // namespace tcpstate
