// The event bits that observers are told with, and which message they become.
// Source: enum ip_conntrack_events of nf_conntrack_common.h; ctnetlink_conntrack_event().
#pragma once

#include "spec/edition.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace conntrack {

enum class EventBit : std::uint16_t {
    new_ = 1 << 0,
    related = 1 << 1,
    destroy = 1 << 2,
    status = 1 << 3,   // linux-2.6.32
    reply = 1 << 4,    // linux-6.18
    assured = 1 << 5,  // linux-6.18
    protoinfo = 1 << 6,
    helper = 1 << 7,
    mark = 1 << 8,
    seqadj = 1 << 9,
};

using EventMask = std::uint16_t;
inline constexpr EventMask every_event = 0x3ff;

constexpr EventMask mask_of(EventBit bit) { return static_cast<EventMask>(bit); }
constexpr bool has(EventMask mask, EventBit bit) { return (mask & mask_of(bit)) != 0; }

struct EventName {
    EventBit bit;
    std::string_view name;
};
inline constexpr std::array<EventName, 10> event_names = {{{EventBit::new_, "NEW"},
                                                           {EventBit::related, "RELATED"},
                                                           {EventBit::destroy, "DESTROY"},
                                                           {EventBit::status, "STATUS"},
                                                           {EventBit::reply, "REPLY"},
                                                           {EventBit::assured, "ASSURED"},
                                                           {EventBit::protoinfo, "PROTOINFO"},
                                                           {EventBit::helper, "HELPER"},
                                                           {EventBit::mark, "MARK"},
                                                           {EventBit::seqadj, "NATSEQADJ"}}};

/// SEEN_REPLY or ASSURED was newly set.
constexpr EventBit reply_bit(const NoticeSwitches& s) {
    return s.separate_reply_and_assured ? EventBit::reply : EventBit::status;
}
constexpr EventBit assured_bit(const NoticeSwitches& s) {
    return s.separate_reply_and_assured ? EventBit::assured : EventBit::status;
}

/// The kind of message that a mask becomes.
enum class Message : std::uint8_t { new_, update, destroy };

constexpr Message message_of(EventMask mask) {
    if (has(mask, EventBit::destroy)) return Message::destroy;
    return has(mask, EventBit::new_) || has(mask, EventBit::related) ? Message::new_ : Message::update;
}

constexpr std::string_view name(Message message) {
    constexpr std::string_view names[] = {"NEW", "UPDATE", "DESTROY"};
    return names[static_cast<std::size_t>(message)];
}

}  // namespace conntrack
