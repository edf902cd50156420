// A packet at a hook, and rules to send it through.
#pragma once

#include "spec/editions.hpp"
#include "spec/rules/run.hpp"
#include "tests/spec/rules/rule_texts.hpp"
#include "tests/support/packets.hpp"

#include <string>

namespace conntrack::testing {

/// Does this rule text (its matches, behind `-A CHAIN`) take the subject in table `mangle`? The chain is FORWARD, where
/// every option may stand.
inline bool takes(const std::string& matches, rules::Subject& subject) {
    const auto rules = parsed(in_table("mangle", "-A FORWARD " + matches + " -j DROP"), subject.packet.family);
    const auto decision = run(rules, rules::TableId::mangle, Hook::forward, subject);
    return decision.kind == rules::Decision::Kind::drop && !decision.header_cut;
}

/// Is the packet dropped because a match needs more of its header than is there?
inline bool cuts(const std::string& matches, rules::Subject& subject) {
    const auto rules = parsed(in_table("mangle", "-A FORWARD " + matches + " -j ACCEPT"), subject.packet.family);
    const auto decision = run(rules, rules::TableId::mangle, Hook::forward, subject);
    return decision.header_cut && decision.kind == rules::Decision::Kind::drop && decision.rule != nullptr;
}

/// A flow from 10.0.1.2:1000 to 10.0.2.2:53, translated at the source to 192.0.2.1:2000.
inline rules::FlowView translated_flow() {
    rules::FlowView view;
    const Ends ends = ipv4_ends(1000, 53);
    view.original = {ends.client, ends.server, 1000, 53, protocol::udp, Family::ipv4, 0};
    view.reply = {ends.server, Address::v4(0xc0000201), 53, 2000, protocol::udp, Family::ipv4, 0};
    view.status.set(Status::confirmed);
    view.status.set(Status::seen_reply);
    view.status.set(Status::src_nat);
    view.mark = 0x15;
    view.seconds_left = 30;
    return view;
}

}  // namespace conntrack::testing
