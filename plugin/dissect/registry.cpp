// SPDX-License-Identifier: GPL-2.0-or-later
#include "registry.hpp"

#include <iterator>

#include "arguments.hpp"

namespace tcpstate {
namespace {

// Wireshark keeps pointers to what it is given until it ends, so all of it lives in its memory of that lifetime.
template <typename T>
T* allocate(size_t count) {
    return static_cast<T*>(wmem_alloc0(wmem_epan_scope(), sizeof(T) * count));
}

const char* prefixed(const char* name) { return wmem_strdup_printf(wmem_epan_scope(), "tcpstate.%s", name); }

header_field_info describe(const Field& field) {
    header_field_info info{};
    info.name = field.label;
    info.abbrev = prefixed(field.name);
    info.blurb = field.help;
    info.display = BASE_NONE;
    switch (field.type) {
        case FieldType::Bool: info.type = FT_BOOLEAN; break;
        case FieldType::Uint32:
            info.type = FT_UINT32;
            info.display = BASE_DEC;
            break;
        case FieldType::Uint64:
            info.type = FT_UINT64;
            info.display = BASE_DEC;
            break;
        case FieldType::Int32:
            info.type = FT_INT32;
            info.display = BASE_DEC;
            break;
        case FieldType::Duration: info.type = FT_RELATIVE_TIME; break;
        case FieldType::String: info.type = FT_STRING; break;
        case FieldType::Frame:
            info.type = FT_FRAMENUM;
            if (field.link == Link::Request) info.strings = FRAMENUM_TYPE(FT_FRAMENUM_REQUEST);
            if (field.link == Link::Response) info.strings = FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE);
            break;
    }
    info.id = -1;
    info.ref_type = HF_REF_TYPE_NONE;
    info.same_name_prev_id = -1;
    return info;
}

void register_subtrees(Registry& registry) {
    int* etts[1 + static_cast<size_t>(Subtree::Count)] = {&registry.ett};
    for (size_t i = 0; i < static_cast<size_t>(Subtree::Count); ++i) {
        registry.subtrees[i] = -1;
        etts[1 + i] = &registry.subtrees[i];
    }
    proto_register_subtree_array(etts, static_cast<int>(std::size(etts)));
}

void register_fields(Registry& registry) {
    auto const rows = fields();
    auto const count = static_cast<int>(rows.size());
    registry.fields = allocate<RegisteredField>(rows.size());
    registry.field_count = count;
    auto* const infos = allocate<hf_register_info>(rows.size());
    for (int i = 0; i < count; ++i) {
        const Field& row = rows[static_cast<size_t>(i)];
        RegisteredField& field = registry.fields[i];
        bool const is_title =
            row.subtree != Subtree::None && (i == 0 || rows[static_cast<size_t>(i) - 1].subtree != row.subtree);
        bool const is_named = row.hindsight && is_asked_for_by_name(row.name);
        field = {&row, -1, row.id == FieldId::RstExplanation, is_title, is_named, &infos[i].hfinfo};
        infos[i] = {&field.id, describe(row)};
        if (row.id == FieldId::Summary) registry.summary = i;
    }
    proto_register_field_array(registry.proto, infos, count);
}

int severity_of(Severity severity) {
    switch (severity) {
        case Severity::Chat: return PI_CHAT;
        case Severity::Note: return PI_NOTE;
        case Severity::Warn: return PI_WARN;
        case Severity::Error:
        case Severity::Count: break;
    }
    return PI_ERROR;
}

ei_register_info expert_info(expert_field& field, const char* event, Severity severity, const char* summary) {
    char* const name = wmem_strdup_printf(wmem_epan_scope(), "tcpstate.expert.%s", event);
    for (char* c = name; *c != '\0'; ++c) {
        if (*c == '-') *c = '_';
    }
    field = EI_INIT;
    ei_register_info info{};
    info.ids = &field;
    info.eiinfo = {name, PI_SEQUENCE, severity_of(severity), summary, EXPFILL};
    return info;
}

void register_events(Registry& registry) {
    auto const rows = events();
    registry.events = allocate<expert_field>(rows.size());
    registry.possible = allocate<expert_field>(rows.size());
    auto* const infos = allocate<ei_register_info>(2 * rows.size());
    int count = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
        const EventRow& row = rows[i];
        if (row.severity >= Severity::Note) registry.loud_events |= bit(row.id);
        infos[count++] = expert_info(registry.events[i], row.name, row.severity, row.summary);
        if (row.possible != nullptr)
            infos[count++] = expert_info(registry.possible[i], row.possible, Severity::Warn, row.summary);
    }
    expert_register_field_array(expert_register_protocol(registry.proto), infos, count);
}

}  // namespace

void register_all(Registry& registry) {
    registry.proto = proto_register_protocol("TCP State", "TCP State", "tcpstate");
    registry.info = proto_registrar_get_nth(static_cast<unsigned>(registry.proto));
    register_subtrees(registry);
    register_fields(registry);
    register_events(registry);
}

void open_subtrees(const Registry& registry) {
    tree_expanded_set(registry.ett, true);
    for (size_t i = 0; i < std::size(registry.subtrees); ++i)
        tree_expanded_set(registry.subtrees[i], static_cast<Subtree>(i) != Subtree::Connection);
}

}  // namespace tcpstate
