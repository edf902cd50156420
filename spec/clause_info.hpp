// What is said of a clause, and the kernel source files that clauses are decided in.
#pragma once

#include "spec/clause.hpp"
#include "spec/edition.hpp"

#include <string_view>

namespace conntrack {

inline constexpr std::size_t clause_count = static_cast<std::size_t>(Clause::count_);

enum class Source : std::uint8_t {
    ip_input,
    fragment,
    inet_fragment,
    reassembly_v6,
    core,
    tcp,
    udp,
    udplite,
    icmp,
    icmpv6,
    generic,
    gre,
    sctp,
    nat,
    ip_tables,
    ftp_helper,
    expectation,
    nat_helper
};

inline constexpr unsigned in_2_6_9 = 1u << 0, in_2_6_32 = 1u << 1, in_6_18 = 1u << 2,
                          every_edition = in_2_6_9 | in_2_6_32 | in_6_18;

struct ClauseInfo {
    Clause clause;
    std::string_view name;
    unsigned editions;  // a set of in_...
    Source source;
    std::string_view meaning;
    std::string_view advice;  // empty: nothing to do

    [[nodiscard]] constexpr bool exists_in(EditionId id) const {
        return (editions >> static_cast<unsigned>(id) & 1) != 0;
    }
};

/// The file of an edition's kernel in which a clause is decided.
constexpr std::string_view kernel_file(Source source, EditionId id) {
    struct Files {
        std::string_view in[edition_count];
    };
    constexpr Files files[] = {
        {{"net/ipv4/ip_input.c", "net/ipv4/ip_input.c", "net/ipv4/ip_input.c"}},
        {{"net/ipv4/ip_fragment.c", "net/ipv4/ip_fragment.c", "net/ipv4/ip_fragment.c"}},
        {{"net/ipv4/ip_fragment.c", "net/ipv4/inet_fragment.c", "net/ipv4/inet_fragment.c"}},
        {{"", "net/ipv6/netfilter/nf_conntrack_reasm.c", "net/ipv6/netfilter/nf_conntrack_reasm.c"}},
        {{"net/ipv4/netfilter/ip_conntrack_core.c", "net/netfilter/nf_conntrack_core.c",
          "net/netfilter/nf_conntrack_core.c"}},
        {{"net/ipv4/netfilter/ip_conntrack_proto_tcp.c", "net/netfilter/nf_conntrack_proto_tcp.c",
          "net/netfilter/nf_conntrack_proto_tcp.c"}},
        {{"net/ipv4/netfilter/ip_conntrack_proto_udp.c", "net/netfilter/nf_conntrack_proto_udp.c",
          "net/netfilter/nf_conntrack_proto_udp.c"}},
        {{"", "net/netfilter/nf_conntrack_proto_udplite.c", "net/netfilter/nf_conntrack_proto_udp.c"}},
        {{"net/ipv4/netfilter/ip_conntrack_proto_icmp.c", "net/ipv4/netfilter/nf_conntrack_proto_icmp.c",
          "net/netfilter/nf_conntrack_proto_icmp.c"}},
        {{"", "net/ipv6/netfilter/nf_conntrack_proto_icmpv6.c", "net/netfilter/nf_conntrack_proto_icmpv6.c"}},
        {{"net/ipv4/netfilter/ip_conntrack_proto_generic.c", "net/netfilter/nf_conntrack_proto_generic.c",
          "net/netfilter/nf_conntrack_proto_generic.c"}},
        {{"", "net/netfilter/nf_conntrack_proto_gre.c", "net/netfilter/nf_conntrack_proto_gre.c"}},
        {{"net/ipv4/netfilter/ip_conntrack_proto_sctp.c", "net/netfilter/nf_conntrack_proto_sctp.c",
          "net/netfilter/nf_conntrack_proto_sctp.c"}},
        {{"net/ipv4/netfilter/ip_nat_core.c", "net/ipv4/netfilter/nf_nat_core.c", "net/netfilter/nf_nat_core.c"}},
        {{"net/ipv4/netfilter/ip_tables.c", "net/ipv4/netfilter/ip_tables.c", "net/ipv4/netfilter/ip_tables.c"}},
        {{"net/ipv4/netfilter/ip_conntrack_ftp.c", "net/netfilter/nf_conntrack_ftp.c",
          "net/netfilter/nf_conntrack_ftp.c"}},
        {{"net/ipv4/netfilter/ip_conntrack_core.c", "net/netfilter/nf_conntrack_expect.c",
          "net/netfilter/nf_conntrack_expect.c"}},
        {{"", "net/ipv4/netfilter/nf_nat_helper.c", "net/netfilter/nf_nat_helper.c"}},
    };
    return files[static_cast<std::size_t>(source)].in[static_cast<std::size_t>(id)];
}

}  // namespace conntrack
