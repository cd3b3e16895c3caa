/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one place that catches Wireshark's exceptions. They are longjmps, so it is C: no destructor can be skipped. */
#pragma once
#include <wireshark.h>

#include <epan/packet.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Called after the inner dissector, also when it threw. `accepted` is 0 when it refused the packet. */
typedef void (*tcpstate_after)(void* context, int accepted);

/* Calls `inner` and then `after`, whatever happens; an exception goes on afterwards. */
int tcpstate_call_guarded(dissector_handle_t inner, tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data,
                          tcpstate_after after, void* context);

#ifdef __cplusplus
}
#endif
