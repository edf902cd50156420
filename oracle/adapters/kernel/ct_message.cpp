#include "oracle/adapters/kernel/ct_message.hpp"

#include <arpa/inet.h>
#include <endian.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <sys/socket.h>
#include <cstring>
#include <span>
#include <string>

namespace conntrack::oracle::kernel {

namespace {

std::uint16_t number16(const nlattr* a) { return ntohs(mnl_attr_get_u16(a)); }
std::uint32_t number32(const nlattr* a) { return ntohl(mnl_attr_get_u32(a)); }
std::uint64_t number64(const nlattr* a) { return be64toh(mnl_attr_get_u64(a)); }

Address address_of(const nlattr* a) {
    const auto* bytes = static_cast<const std::uint8_t*>(mnl_attr_get_payload(a));
    return Address::from_bytes(std::span(bytes, mnl_attr_get_payload_len(a)));
}

void read_addresses(const nlattr* nest, Tuple& out) {
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        switch (type) {
            case CTA_IP_V4_SRC:
            case CTA_IP_V6_SRC: out.src = address_of(a); break;
            case CTA_IP_V4_DST:
            case CTA_IP_V6_DST: out.dst = address_of(a); break;
            default: break;
        }
    });
}

void read_protocol(const nlattr* nest, ShownTuple& out) {
    using Parts = ShownTuple::Parts;
    std::uint8_t type_number = 0, code = 0;
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        switch (type) {
            case CTA_PROTO_NUM: out.tuple.proto = mnl_attr_get_u8(a); break;
            case CTA_PROTO_SRC_PORT: out.tuple.src_part = number16(a), out.parts = Parts::ports; break;
            case CTA_PROTO_DST_PORT: out.tuple.dst_part = number16(a), out.parts = Parts::ports; break;
            case CTA_PROTO_ICMP_ID:
            case CTA_PROTO_ICMPV6_ID: out.tuple.src_part = number16(a), out.parts = Parts::query; break;
            case CTA_PROTO_ICMP_TYPE:
            case CTA_PROTO_ICMPV6_TYPE: type_number = mnl_attr_get_u8(a); break;
            case CTA_PROTO_ICMP_CODE:
            case CTA_PROTO_ICMPV6_CODE: code = mnl_attr_get_u8(a); break;
            default: break;
        }
    });
    if (out.parts == Parts::query) out.tuple.dst_part = icmp_part(type_number, code);
}

ShownTuple read_tuple(const nlattr* nest, Family family) {
    ShownTuple out;
    out.tuple.family = family;
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        if (type == CTA_TUPLE_IP) read_addresses(a, out.tuple);
        if (type == CTA_TUPLE_PROTO) read_protocol(a, out);
        if (type == CTA_TUPLE_ZONE) out.zone = number16(a);
    });
    return out;
}

std::string text_of(const nlattr* a) {
    const auto* text = static_cast<const char*>(mnl_attr_get_payload(a));
    return {text, strnlen(text, mnl_attr_get_payload_len(a))};
}

ShownShift read_shift(const nlattr* nest) {
    ShownShift out;
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        switch (type) {
            case CTA_SEQADJ_CORRECTION_POS: out.position = number32(a); break;
            case CTA_SEQADJ_OFFSET_BEFORE: out.before = static_cast<std::int32_t>(number32(a)); break;
            case CTA_SEQADJ_OFFSET_AFTER: out.after = static_cast<std::int32_t>(number32(a)); break;
            default: break;
        }
    });
    return out;
}

ShownExpectation::Nat read_nat_of_expectation(const nlattr* nest, Family family) {
    ShownExpectation::Nat out;
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        if (type == CTA_EXPECT_NAT_DIR) out.dir = number32(a);
        if (type == CTA_EXPECT_NAT_TUPLE) out.tuple = read_tuple(a, family);
    });
    return out;
}

Counter read_counters(const nlattr* nest) {
    Counter out;
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        if (type == CTA_COUNTERS_PACKETS) out.packets = number64(a);
        if (type == CTA_COUNTERS_BYTES) out.bytes = number64(a);
    });
    return out;
}

ShownTcp read_tcp(const nlattr* nest) {
    ShownTcp out{.is_whole = false};
    const auto flags = [](const nlattr* a) {
        return static_cast<const nf_ct_tcp_flags*>(mnl_attr_get_payload(a))->flags;
    };
    unsigned read = 0;
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        switch (type) {
            case CTA_PROTOINFO_TCP_STATE: out.state = mnl_attr_get_u8(a); return;
            case CTA_PROTOINFO_TCP_WSCALE_ORIGINAL: out.wscale[0] = mnl_attr_get_u8(a); break;
            case CTA_PROTOINFO_TCP_WSCALE_REPLY: out.wscale[1] = mnl_attr_get_u8(a); break;
            case CTA_PROTOINFO_TCP_FLAGS_ORIGINAL: out.flags[0] = flags(a); break;
            case CTA_PROTOINFO_TCP_FLAGS_REPLY: out.flags[1] = flags(a); break;
            default: return;
        }
        ++read;
    });
    out.is_whole = read == 4;
    return out;
}

ShownSctp read_sctp(const nlattr* nest) {
    ShownSctp out{.is_whole = false};
    unsigned read = 0;
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        switch (type) {
            case CTA_PROTOINFO_SCTP_STATE: out.state = mnl_attr_get_u8(a); return;
            case CTA_PROTOINFO_SCTP_VTAG_ORIGINAL: out.vtag[0] = number32(a); break;
            case CTA_PROTOINFO_SCTP_VTAG_REPLY: out.vtag[1] = number32(a); break;
            default: return;
        }
        ++read;
    });
    out.is_whole = read == 2;
    return out;
}

Family family_of(const nlmsghdr& message) {
    const auto* header = static_cast<const nfgenmsg*>(mnl_nlmsg_get_payload(&message));
    return header->nfgen_family == AF_INET6 ? Family::ipv6 : Family::ipv4;
}

void read_attribute(std::uint16_t type, const nlattr* a, Family family, ShownEntry& out) {
    switch (type) {
        case CTA_ID: out.id = number32(a); break;
        case CTA_TUPLE_ORIG: out.orig = read_tuple(a, family); break;
        case CTA_TUPLE_REPLY: out.reply = read_tuple(a, family); break;
        case CTA_STATUS: out.status = number32(a); break;
        case CTA_TIMEOUT: out.timeout = number32(a); break;
        case CTA_MARK: out.mark = number32(a); break;
        case CTA_ZONE: out.zone = number16(a); break;
        case CTA_COUNTERS_ORIG: out.counters[0] = read_counters(a); break;
        case CTA_COUNTERS_REPLY: out.counters[1] = read_counters(a); break;
        case CTA_TUPLE_MASTER: out.master = read_tuple(a, family); break;
        case CTA_SEQ_ADJ_ORIG: out.shifts[0] = read_shift(a); break;
        case CTA_SEQ_ADJ_REPLY: out.shifts[1] = read_shift(a); break;
        case CTA_HELP:
            each_in(a, [&](std::uint16_t within, const nlattr* help) {
                if (within == CTA_HELP_NAME) out.helper = text_of(help);
            });
            break;
        case CTA_PROTOINFO:
            each_in(a, [&](std::uint16_t within, const nlattr* info) {
                if (within == CTA_PROTOINFO_TCP) out.tcp = read_tcp(info);
                if (within == CTA_PROTOINFO_SCTP) out.sctp = read_sctp(info);
            });
            break;
        default: break;
    }
}

void put_address(nlmsghdr* message, std::uint16_t v4, std::uint16_t v6, Family family, const Address& address) {
    const auto bytes = address.bytes();
    if (family == Family::ipv4)
        mnl_attr_put(message, v4, 4, bytes.data() + 12);
    else
        mnl_attr_put(message, v6, bytes.size(), bytes.data());
}

void put_parts(nlmsghdr* message, const Tuple& t) {
    if (t.is_icmp()) {
        const bool v6 = t.proto == protocol::icmpv6;
        mnl_attr_put_u16(message, v6 ? CTA_PROTO_ICMPV6_ID : CTA_PROTO_ICMP_ID, htons(t.src_part));
        mnl_attr_put_u8(message, v6 ? CTA_PROTO_ICMPV6_TYPE : CTA_PROTO_ICMP_TYPE, t.icmp_type());
        mnl_attr_put_u8(message, v6 ? CTA_PROTO_ICMPV6_CODE : CTA_PROTO_ICMP_CODE, t.icmp_code());
    } else {
        mnl_attr_put_u16(message, CTA_PROTO_SRC_PORT, htons(t.src_part));
        mnl_attr_put_u16(message, CTA_PROTO_DST_PORT, htons(t.dst_part));
    }
}

void read_attribute(std::uint16_t type, const nlattr* a, Family family, ToldExpectation& out) {
    ShownExpectation& shown = out.shown;
    switch (type) {
        case CTA_EXPECT_ID: shown.id = number32(a); break;
        case CTA_EXPECT_TUPLE: shown.tuple = read_tuple(a, family); break;
        case CTA_EXPECT_MASK: shown.mask = read_tuple(a, family); break;
        case CTA_EXPECT_MASTER: shown.master = read_tuple(a, family); break;
        case CTA_EXPECT_TIMEOUT: shown.timeout = number32(a); break;
        case CTA_EXPECT_FLAGS: shown.flags = number32(a); break;
        case CTA_EXPECT_CLASS: shown.class_ = number32(a); break;
        case CTA_EXPECT_HELP_NAME: shown.helper = text_of(a); break;
        case CTA_EXPECT_FN: shown.fn = text_of(a); break;
        case CTA_EXPECT_ZONE: shown.zone = number16(a); break;
        case CTA_EXPECT_NAT: shown.nat = read_nat_of_expectation(a, family); break;
        default: break;
    }
}

}  // namespace

std::optional<Told> expectation_event_of(const nlmsghdr& message) {
    if (message.nlmsg_type >> 8 != NFNL_SUBSYS_CTNETLINK_EXP) return std::nullopt;
    const bool ends = (message.nlmsg_type & 0xff) == IPCTNL_MSG_EXP_DELETE;
    return ends ? Told::destroy : Told::new_;
}

ToldExpectation expectation_of(const nlmsghdr& message) {
    ToldExpectation out;
    const Family family = family_of(message);
    each_in(message, [&](std::uint16_t type, const nlattr* a) { read_attribute(type, a, family, out); });
    if (out.shown.tuple) out.tuple = out.shown.tuple->tuple;
    out.tuple.zone = out.shown.zone.value_or(0);
    return out;
}

std::optional<Told> event_of(const nlmsghdr& message) {
    if (message.nlmsg_type >> 8 != NFNL_SUBSYS_CTNETLINK) return std::nullopt;
    if ((message.nlmsg_type & 0xff) == IPCTNL_MSG_CT_DELETE) return Told::destroy;
    if ((message.nlmsg_type & 0xff) != IPCTNL_MSG_CT_NEW) return std::nullopt;
    return (message.nlmsg_flags & (NLM_F_CREATE | NLM_F_EXCL)) != 0 ? Told::new_ : Told::update;
}

ShownEntry entry_of(const nlmsghdr& message) {
    ShownEntry out;
    const Family family = family_of(message);
    each_in(message, [&](std::uint16_t type, const nlattr* a) { read_attribute(type, a, family, out); });
    return out;
}

CtRequest::CtRequest(std::uint8_t subsystem, std::uint8_t type, Family family) {
    nlmsghdr* message = mnl_nlmsg_put_header(buffer_.data());
    message->nlmsg_type = static_cast<std::uint16_t>(subsystem << 8 | type);
    message->nlmsg_flags = NLM_F_REQUEST;
    auto* header = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(nfgenmsg)));
    header->nfgen_family = family == Family::ipv4 ? AF_INET : AF_INET6;
    header->version = NFNETLINK_V0;
}

CtRequest::CtRequest(Kind kind, const Tuple& tuple)
    : CtRequest(kind == Kind::get_expectation ? NFNL_SUBSYS_CTNETLINK_EXP : NFNL_SUBSYS_CTNETLINK,
                kind == Kind::get_expectation ? std::uint8_t{IPCTNL_MSG_EXP_GET}
                : kind == Kind::get           ? std::uint8_t{IPCTNL_MSG_CT_GET}
                                              : std::uint8_t{IPCTNL_MSG_CT_DELETE},
                tuple.family) {
    nlmsghdr* m = &message();
    const bool expectation = kind == Kind::get_expectation;
    nlattr* whole =
        mnl_attr_nest_start(m, static_cast<std::uint16_t>(expectation ? int{CTA_EXPECT_TUPLE} : int{CTA_TUPLE_ORIG}));
    nlattr* ip = mnl_attr_nest_start(m, CTA_TUPLE_IP);
    put_address(m, CTA_IP_V4_SRC, CTA_IP_V6_SRC, tuple.family, tuple.src);
    put_address(m, CTA_IP_V4_DST, CTA_IP_V6_DST, tuple.family, tuple.dst);
    mnl_attr_nest_end(m, ip);
    nlattr* protocol = mnl_attr_nest_start(m, CTA_TUPLE_PROTO);
    mnl_attr_put_u8(m, CTA_PROTO_NUM, tuple.proto);
    put_parts(m, tuple);
    mnl_attr_nest_end(m, protocol);
    mnl_attr_nest_end(m, whole);
    if (tuple.zone != 0)
        mnl_attr_put_u16(m, static_cast<std::uint16_t>(expectation ? int{CTA_EXPECT_ZONE} : int{CTA_ZONE}),
                         htons(tuple.zone));
}

CtRequest CtRequest::flush() {
    CtRequest out(NFNL_SUBSYS_CTNETLINK, std::uint8_t{IPCTNL_MSG_CT_DELETE}, Family::ipv4);
    static_cast<nfgenmsg*>(mnl_nlmsg_get_payload(&out.message()))->nfgen_family = AF_UNSPEC;
    return out;
}

CtRequest CtRequest::flush_expectations() {
    CtRequest out(NFNL_SUBSYS_CTNETLINK_EXP, std::uint8_t{IPCTNL_MSG_EXP_DELETE}, Family::ipv4);
    static_cast<nfgenmsg*>(mnl_nlmsg_get_payload(&out.message()))->nfgen_family = AF_UNSPEC;
    return out;
}

}  // namespace conntrack::oracle::kernel
