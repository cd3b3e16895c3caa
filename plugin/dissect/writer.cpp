// SPDX-License-Identifier: GPL-2.0-or-later
#include "writer.hpp"

#include <tuple>

#include "events.hpp"
#include "names.hpp"

namespace tcpstate {
namespace {

proto_item* add(proto_tree* tree, const RegisteredField& field, tvbuff_t* tvb, const Value& value) {
    switch (field.row->type) {
        case FieldType::Bool: return proto_tree_add_boolean(tree, field.id, tvb, 0, 0, value.number != 0);
        case FieldType::Uint32:
        case FieldType::Frame:
            return proto_tree_add_uint(tree, field.id, tvb, 0, 0, static_cast<uint32_t>(value.number));
        case FieldType::Uint64: return proto_tree_add_uint64(tree, field.id, tvb, 0, 0, value.number);
        case FieldType::Int32:
            return proto_tree_add_int(tree, field.id, tvb, 0, 0, static_cast<int32_t>(value.signed_number));
        case FieldType::String: return proto_tree_add_string(tree, field.id, tvb, 0, 0, value.text.c_str());
        case FieldType::Duration: break;
    }
    nstime_t time;
    time.secs = static_cast<time_t>(value.signed_number / 1'000'000'000);
    time.nsecs = static_cast<int>(value.signed_number % 1'000'000'000);
    return proto_tree_add_time(tree, field.id, tvb, 0, 0, &time);
}

/// Everything in the tree is shown to people, or printed whole. There is no function that says so.
bool is_shown(proto_tree* tree) { return PTREE_DATA(tree)->visible != 0; }

void note_hindsight_reader(const Field& field, const View& view) {
    HindsightReaders& readers = dissection().hindsight_readers;
    if (const Session* const open = session()) readers.asked_until = open->newest_frame();
    if (!view.hindsight && readers.missed == nullptr) readers.missed = &field;
}

/// The value is computed only for a field that somebody asked for: with one filter set, that is one field of all.
void add_fields(proto_tree* tree, const View& view, const Context& context) {
    const Registry& known = registry();
    proto_tree* subtrees[static_cast<size_t>(Subtree::Count)]{};
    bool const all = is_shown(context.tree);
    for (int i = 0; i < known.field_count; ++i) {
        const RegisteredField& field = known.fields[i];
        // What proto_field_is_referenced() says, without a call for each of so many fields.
        if (!all && field.info->ref_type == HF_REF_TYPE_NONE) continue;
        if (field.row->hindsight && (field.is_named || field.info->ref_type != HF_REF_TYPE_NONE))
            note_hindsight_reader(*field.row, view);
        if (field.row->hindsight && !view.hindsight) continue;
        if (field.explains && !dissection().options.explanations) continue;
        auto const subtree = static_cast<size_t>(field.row->subtree);
        Value value;
        for (int index = 0; field.row->get(view, index, value); ++index) {
            proto_tree* const at = subtrees[subtree] != nullptr ? subtrees[subtree] : tree;
            proto_item* const item = add(at, field, context.tvb, value);
            proto_item_set_generated(item);
            if (field.is_title) subtrees[subtree] = proto_item_add_subtree(item, known.subtrees[subtree]);
            if (!field.row->repeats) break;
            value.text.clear();
        }
    }
}

/// Our protocol's item. Its text is costly, and a filter does not look at it.
proto_item* add_top(const View& view, const Context& context) {
    const Verdict& verdict = view.verdict;
    int const proto = registry().proto;
    if (!is_shown(context.tree)) return proto_tree_add_item(context.tree, proto, context.tvb, 0, 0, ENC_NA);
    return proto_tree_add_protocol_format(context.tree, proto, context.tvb, 0, 0, "TCP State: client %s, server %s",
                                          name(verdict.state_of(Role::Client)), name(verdict.state_of(Role::Server)));
}

proto_item* add_tree(const View& view, const Context& context) {
    const Registry& known = registry();
    proto_item* const top = add_top(view, context);
    proto_item_set_generated(top);
    add_fields(proto_item_add_subtree(top, known.ett), view, context);
    return top;
}

/// Also without a tree: the tap behind Analyze > Expert Information and -z expert does not ask for one.
void add_experts(proto_item* top, const View& view, const Context& context) {
    const char* const before = context.pinfo->current_proto;
    context.pinfo->current_proto = "TCP State";
    for (const EventRow& row : events()) {
        if ((view.verdict.events & bit(row.id)) == 0) continue;
        bool const possible = row.possible != nullptr && view.verdict.reset.confidence == Confidence::Possible;
        expert_field* const infos = possible ? registry().possible : registry().events;
        expert_add_info(context.pinfo, top, &infos[&row - events().data()]);
    }
    // Now it counts among the trees of expert infos, which are closed.
    if (top != nullptr) std::ignore = proto_item_add_subtree(top, registry().ett);
    context.pinfo->current_proto = before;
}

bool tells_info_column(const Verdict& verdict) {
    return (verdict.events & registry().loud_events) != 0 && dissection().options.info_column;
}

void append_to_info_column(const View& view, const Context& context) {
    const Registry& known = registry();
    Value value;
    if (known.summary < 0 || !known.fields[known.summary].row->get(view, 0, value)) return;
    col_append_fstr(context.pinfo->cinfo, COL_INFO, " [%s]", value.text.c_str());
}

}  // namespace

bool reads_segment(const Context& context) {
    const RegisteredField& field = registry().fields[static_cast<size_t>(FieldId::Segment)];
    return reads_fields(context) && (is_shown(context.tree) || field.info->ref_type != HF_REF_TYPE_NONE);
}

proto_item* write(const View& view, const Context& context) {
    proto_item* const top = reads_fields(context) ? add_tree(view, context) : nullptr;
    if (view.verdict.events != 0) add_experts(top, view, context);
    // When only filters read the tree, the item is not in it. Nothing else tells.
    return top != nullptr && top == context.tree->last_child ? top : nullptr;
}

bool is_unfinished(const Verdict& verdict, const proto_item* top) {
    return top != nullptr || tells_info_column(verdict);
}

void finish(proto_item* top, const View& view, const Context& context) {
    if (top != nullptr && top->next != nullptr) proto_tree_move_item(context.tree, top->next, top);
    if (tells_info_column(view.verdict)) append_to_info_column(view, context);
}

}  // namespace tcpstate
