/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guard.h"

#include <epan/exceptions.h>

int tcpstate_call_guarded(dissector_handle_t inner, tvbuff_t* tvb, packet_info* pinfo, proto_tree* tree, void* data,
                          tcpstate_after after, void* context) {
    volatile int length = 0;
    volatile int accepted = 1;
    TRY {
        length = call_dissector_only(inner, tvb, pinfo, tree, data);
        accepted = length != 0;
    }
    FINALLY { after(context, accepted); }
    ENDTRY;
    return length;
}
