// SPDX-License-Identifier: GPL-2.0-or-later
/// tshark -z tcpstate,timeline,CONN
#pragma once

namespace tcpstate {
void register_timeline();
}
