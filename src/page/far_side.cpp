// SPDX-License-Identifier: GPL-2.0-or-later
#include "far_side.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "words.hpp"

namespace tcpstate {
namespace {

struct KindRow {
    FindingKind id;
    Weight weight;
    const char* words;  ///< of several connections
};
// clang-format off
constexpr std::array kinds{
    KindRow{FindingKind::ResetForged,      Weight::Error,   "a RST was not sent by the end that it names"},
    KindRow{FindingKind::ResetLost,        Weight::Warning, "a RST was lost on its way"},
    KindRow{FindingKind::ResetSent,        Weight::Note,    "a RST came from the end that it names"},
    KindRow{FindingKind::IcmpBetween,      Weight::Warning, "a router on the path sent an ICMP error"},
    KindRow{FindingKind::IcmpLost,         Weight::Warning, "an ICMP error was lost on its way"},
    KindRow{FindingKind::IcmpSent,         Weight::Note,    "an ICMP error came from beyond the path between the points"},
    KindRow{FindingKind::PathSilent,       Weight::Error,   "the path between the capture points was cut"},
    KindRow{FindingKind::AnswersLost,      Weight::Error,   "answers were lost on the way back"},
    KindRow{FindingKind::HostSilent,       Weight::Error,   "one end did not answer what had arrived"},
    KindRow{FindingKind::HalfOpen,         Weight::Error,   "one end was CLOSED and the other went on"},
    KindRow{FindingKind::CloseWait,        Weight::Warning, "one end never closed"},
    KindRow{FindingKind::FinLost,          Weight::Warning, "a FIN was lost"},
    KindRow{FindingKind::LastAckLost,      Weight::Note,    "the last ACK was lost"},
    KindRow{FindingKind::SynLost,          Weight::Warning, "a SYN was lost"},
    KindRow{FindingKind::DataInjected,     Weight::Error,   "data were injected on the way"},
    KindRow{FindingKind::Lost,             Weight::Warning, "segments were lost"},
    KindRow{FindingKind::PayloadChanged,   Weight::Error,   "payload was changed on the way"},
    KindRow{FindingKind::HeaderChanged,    Weight::Note,    "headers were changed on the way"},
    KindRow{FindingKind::AddressRewritten, Weight::Note,    "an address was rewritten on the way"},
    KindRow{FindingKind::NumbersShifted,   Weight::Note,    "sequence numbers were shifted on the way"},
    KindRow{FindingKind::Duplicated,       Weight::Note,    "segments were duplicated"},
    KindRow{FindingKind::Reordered,        Weight::Note,    "segments were reordered"},
    KindRow{FindingKind::NotCaptured,      Weight::Note,    "a capture has gaps"},
};
// clang-format on

constexpr bool has_a_row_for_each_kind() {
    for (size_t i = 0; i < kinds.size(); ++i)
        if (kinds[i].id != static_cast<FindingKind>(i)) return false;
    return kinds.size() == static_cast<size_t>(FindingKind::Count);
}
static_assert(has_a_row_for_each_kind());

/// The crossing of each segment of the passage's first point.
std::vector<const Crossing*> by_segment(const OpenPassage& open) {
    std::vector<const Crossing*> list(open.connection.segments_a.size());
    for (const Crossing& crossing : open.crossings)
        if (crossing.a != no_index) list[crossing.a] = &crossing;
    return list;
}

}  // namespace

/// One connection on its way through all points.
class FarSide::Route {
public:
    Route(FarSide& far, const ComparedConnection& connection) : far_(far), comparison_(far.comparison_) {
        for (size_t i = 0; i < connection.passages.size(); ++i) {
            const Stretch& stretch = comparison_.stretches()[i];
            if (connection.passages[i] == no_index) break;
            const Passage& passage = stretch.passages[connection.passages[i]];
            legs_.push_back({stretch.open(passage), {}});
            legs_.back().by_segment = by_segment(legs_.back().open);
        }
    }

    void take() {
        for (size_t leg = 0; leg < legs_.size(); ++leg)
            for (const Crossing& crossing : legs_[leg].open.crossings) {
                if (crossing.a == no_index)
                    take_unseen(leg, crossing);
                else if (leg == 0)
                    take_seen(crossing);
            }
    }

private:
    struct Leg {
        OpenPassage open;
        std::vector<const Crossing*> by_segment;  // of its first point
    };

    void take_seen(const Crossing& crossing) {
        uint32_t const frame = legs_[0].open.connection.segments_a[crossing.a].frame;
        if (frame >= far_.by_frame_.size()) far_.by_frame_.resize(size_t{frame} + 1);
        far_.by_frame_[frame] = static_cast<uint32_t>(far_.seen_.size());
        far_.seen_.push_back(follow(0, crossing));
    }

    void take_unseen(size_t leg, const Crossing& crossing) {
        uint32_t const conn = legs_[0].open.connection.a.conn;
        bool const is_known = !legs_[0].open.connection.segments_a.empty();
        if (!is_known) return;
        SeenSegment seen = legs_[leg].open.connection.segments_b[crossing.b];
        for (size_t i = leg + 1; i-- > 0;) {
            const PairedConnection& paired = legs_[i].open.connection;
            Seq const seq = paired.seq_at_a(seen), ack = paired.ack_at_a(seen);
            seen.sender = paired.sender_of(seen);
            seen.seq = seq;
            seen.ack = ack;
        }
        LoggedSegment segment;
        segment.time = comparison_.to_first(leg, crossing.time);
        segment.seq = seen.seq;
        segment.ack = seen.ack;
        segment.length = seen.length;
        segment.window = seen.window;
        segment.ttl = seen.ttl;
        segment.flags = seen.flags;
        if (conn >= far_.unseen_.size()) far_.unseen_.resize(size_t{conn} + 1);
        far_.unseen_[conn].push_back({segment, seen.sender, follow(leg, crossing)});
    }

    Travelled follow(size_t leg, const Crossing& first) {
        Travelled travelled;
        const Crossing* crossing = &first;
        travelled.fate = fate(leg, first);
        for (; crossing->b != no_index; ++leg) {
            const SeenSegment& there = legs_[leg].open.connection.segments_b[crossing->b];
            if (leg + 1 == comparison_.stretches().size()) {
                travelled.far_time = comparison_.to_first(leg + 1, there.time);
                travelled.far_frame = there.frame;
                break;
            }
            if (leg + 1 == legs_.size()) break;
            crossing = legs_[leg + 1].by_segment[crossing->b];
            if (crossing == nullptr) break;
            if (travelled.fate == passed) travelled.fate = fate(leg + 1, *crossing);
        }
        return travelled;
    }

    uint32_t fate(size_t leg, const Crossing& crossing) {
        if (crossing.fate == Fate::Passed) return passed;
        std::string const a = comparison_.points()[leg].name(), b = comparison_.points()[leg + 1].name();
        std::string words = name(crossing.fate);
        words += (crossing.fate < Fate::NotCaptured ? " between " : " at one of ") + a + " and " + b;
        if (!crossing.sure) words += " (perhaps)";
        auto const at = std::find(far_.fates_.begin(), far_.fates_.end(), words);
        auto const index = static_cast<uint32_t>(at - far_.fates_.begin());
        if (at == far_.fates_.end()) far_.fates_.push_back(words);
        return index;
    }

    FarSide& far_;
    const Comparison& comparison_;
    std::vector<Leg> legs_;
};

FarSide::FarSide(const Comparison& comparison) : comparison_(comparison) {
    for (const ComparedConnection& connection : comparison.connections()) Route(*this, connection).take();
    for (std::vector<UnseenSegment>& list : unseen_)
        std::stable_sort(list.begin(), list.end(), [](const UnseenSegment& a, const UnseenSegment& b) {
            return a.segment.time < b.segment.time;
        });
}

std::vector<Conclusion> FarSide::conclude() const {
    struct Of {
        size_t count = 0;
        const std::string* first = nullptr;
        std::vector<uint32_t> connections;
    };
    std::array<Of, kinds.size()> of{};
    for (const ComparedConnection& connection : comparison_.connections())
        for (size_t i = 0; i < connection.passages.size(); ++i) {
            if (connection.passages[i] == no_index) continue;
            for (const Finding& finding : comparison_.stretches()[i].passages[connection.passages[i]].findings) {
                Of& its = of[static_cast<size_t>(finding.kind)];
                if (its.count++ == 0) its.first = &finding.text;
                if (connection.at[0] == no_index) continue;
                uint32_t const conn = comparison_.points()[0].connections()[connection.at[0]].conn;
                if (its.connections.empty() || its.connections.back() != conn) its.connections.push_back(conn);
            }
        }
    std::vector<Conclusion> list;
    for (const KindRow& kind : kinds) {
        const Of& its = of[static_cast<size_t>(kind.id)];
        if (its.count == 0) continue;
        std::string text;
        if (its.connections.size() > 1)
            text.append(std::to_string(its.connections.size()))
                .append(" connections: ")
                .append(kind.words)
                .append(". The first: ");
        text += *its.first;
        list.push_back({kind.weight, std::move(text), its.connections});
    }
    std::stable_sort(list.begin(), list.end(),
                     [](const Conclusion& a, const Conclusion& b) { return a.weight < b.weight; });
    return list;
}

}  // namespace tcpstate
