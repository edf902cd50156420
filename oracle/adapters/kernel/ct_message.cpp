#include "oracle/adapters/kernel/ct_message.hpp"

#include "oracle/text/addresses.hpp"
#include "spec/editions.hpp"
#include "spec/sctp/state.hpp"
#include "spec/status.hpp"
#include "spec/tcp/state.hpp"

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

/// A tuple, and how it is shown.
struct ReadTuple {
    Tuple tuple;
    bool has_ports = false, has_query = false;
    std::optional<std::uint16_t> zone;

    [[nodiscard]] Json json() const {
        Json out = {{"src", to_text(tuple.family, tuple.src)},
                    {"dst", to_text(tuple.family, tuple.dst)},
                    {"proto", tuple.proto}};
        if (has_ports) {
            out["sport"] = tuple.src_part;
            out["dport"] = tuple.dst_part;
        } else if (has_query) {
            out["id"] = tuple.src_part;
            out["type"] = tuple.icmp_type();
            out["code"] = tuple.icmp_code();
        }
        if (zone) out["zone"] = *zone;
        return out;
    }
};

void read_addresses(const nlattr* nest, ReadTuple& out) {
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        switch (type) {
            case CTA_IP_V4_SRC:
            case CTA_IP_V6_SRC: out.tuple.src = address_of(a); break;
            case CTA_IP_V4_DST:
            case CTA_IP_V6_DST: out.tuple.dst = address_of(a); break;
            default: break;
        }
    });
}

void read_protocol(const nlattr* nest, ReadTuple& out) {
    std::uint8_t type_number = 0, code = 0;
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        switch (type) {
            case CTA_PROTO_NUM: out.tuple.proto = mnl_attr_get_u8(a); break;
            case CTA_PROTO_SRC_PORT: out.tuple.src_part = number16(a), out.has_ports = true; break;
            case CTA_PROTO_DST_PORT: out.tuple.dst_part = number16(a), out.has_ports = true; break;
            case CTA_PROTO_ICMP_ID:
            case CTA_PROTO_ICMPV6_ID: out.tuple.src_part = number16(a), out.has_query = true; break;
            case CTA_PROTO_ICMP_TYPE:
            case CTA_PROTO_ICMPV6_TYPE: type_number = mnl_attr_get_u8(a); break;
            case CTA_PROTO_ICMP_CODE:
            case CTA_PROTO_ICMPV6_CODE: code = mnl_attr_get_u8(a); break;
            default: break;
        }
    });
    if (out.has_query) out.tuple.dst_part = icmp_part(type_number, code);
}

ReadTuple read_tuple(const nlattr* nest, Family family) {
    ReadTuple out;
    out.tuple.family = family;
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        if (type == CTA_TUPLE_IP) read_addresses(a, out);
        if (type == CTA_TUPLE_PROTO) read_protocol(a, out);
        if (type == CTA_TUPLE_ZONE) out.zone = number16(a);
    });
    return out;
}

std::string text_of(const nlattr* a) {
    const auto* text = static_cast<const char*>(mnl_attr_get_payload(a));
    return {text, strnlen(text, mnl_attr_get_payload_len(a))};
}

Json read_shift(const nlattr* nest) {
    Json out = Json::object();
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        switch (type) {
            case CTA_SEQADJ_CORRECTION_POS: out["correction_pos"] = number32(a); break;
            case CTA_SEQADJ_OFFSET_BEFORE: out["offset_before"] = static_cast<std::int32_t>(number32(a)); break;
            case CTA_SEQADJ_OFFSET_AFTER: out["offset_after"] = static_cast<std::int32_t>(number32(a)); break;
            default: break;
        }
    });
    return out;
}

Json read_nat_of_expectation(const nlattr* nest, Family family) {
    Json out = Json::object();
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        if (type == CTA_EXPECT_NAT_DIR) out["dir"] = number32(a);
        if (type == CTA_EXPECT_NAT_TUPLE) out["tuple"] = read_tuple(a, family).json();
    });
    return out;
}

Json read_counters(const nlattr* nest) {
    std::uint64_t packets = 0, bytes = 0;
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        if (type == CTA_COUNTERS_PACKETS) packets = number64(a);
        if (type == CTA_COUNTERS_BYTES) bytes = number64(a);
    });
    return Json::array({packets, bytes});
}

Json read_tcp(const nlattr* nest) {
    Json out = Json::object();
    const auto flags = [](const nlattr* a) {
        return static_cast<const nf_ct_tcp_flags*>(mnl_attr_get_payload(a))->flags;
    };
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        switch (type) {
            case CTA_PROTOINFO_TCP_STATE: {
                const std::uint8_t state = mnl_attr_get_u8(a);
                if (state < tcp::state_count)
                    out["state"] = tcp::name(static_cast<tcp::State>(state), edition(EditionId::linux_6_18));
                else
                    out["state"] = state;
                break;
            }
            case CTA_PROTOINFO_TCP_WSCALE_ORIGINAL: out["wscale_orig"] = mnl_attr_get_u8(a); break;
            case CTA_PROTOINFO_TCP_WSCALE_REPLY: out["wscale_reply"] = mnl_attr_get_u8(a); break;
            case CTA_PROTOINFO_TCP_FLAGS_ORIGINAL: out["flags_orig"] = flags(a); break;
            case CTA_PROTOINFO_TCP_FLAGS_REPLY: out["flags_reply"] = flags(a); break;
            default: break;
        }
    });
    return out;
}

Json read_sctp(const nlattr* nest) {
    Json out = Json::object();
    each_in(nest, [&](std::uint16_t type, const nlattr* a) {
        switch (type) {
            case CTA_PROTOINFO_SCTP_STATE: {
                const std::uint8_t state = mnl_attr_get_u8(a);
                if (state < sctp::state_count)
                    out["state"] = sctp::name(static_cast<sctp::State>(state));
                else
                    out["state"] = state;
                break;
            }
            case CTA_PROTOINFO_SCTP_VTAG_ORIGINAL: out["vtag_orig"] = number32(a); break;
            case CTA_PROTOINFO_SCTP_VTAG_REPLY: out["vtag_reply"] = number32(a); break;
            default: break;
        }
    });
    return out;
}

Json status_json(std::uint32_t bits) {
    Json out = Json::array();
    for (std::size_t i = 0; i < status_names.size(); ++i)
        if ((bits >> i & 1) != 0) out.push_back(status_names[i]);
    return out;
}

Family family_of(const nlmsghdr& message) {
    const auto* header = static_cast<const nfgenmsg*>(mnl_nlmsg_get_payload(&message));
    return header->nfgen_family == AF_INET6 ? Family::ipv6 : Family::ipv4;
}

void read_attribute(const nlattr* a, Family family, ToldEntry& out) {
    switch (mnl_attr_get_type(a)) {
        case CTA_ID: out.id = number32(a); break;
        case CTA_TUPLE_ORIG: {
            const ReadTuple tuple = read_tuple(a, family);
            out.original = tuple.tuple;
            out.original.zone = tuple.zone.value_or(out.original.zone);
            out.json["orig"] = tuple.json();
            break;
        }
        case CTA_TUPLE_REPLY: out.json["reply"] = read_tuple(a, family).json(); break;
        case CTA_STATUS: out.json["status"] = status_json(number32(a)); break;
        case CTA_TIMEOUT: out.json["timeout"] = number32(a); break;
        case CTA_MARK: out.json["mark"] = number32(a); break;
        case CTA_ZONE: out.json["zone"] = number16(a); break;
        case CTA_COUNTERS_ORIG: out.json["cnt_orig"] = read_counters(a); break;
        case CTA_COUNTERS_REPLY: out.json["cnt_reply"] = read_counters(a); break;
        case CTA_TUPLE_MASTER: out.json["master"] = read_tuple(a, family).json(); break;
        case CTA_SEQ_ADJ_ORIG: out.json["seqadj_orig"] = read_shift(a); break;
        case CTA_SEQ_ADJ_REPLY: out.json["seqadj_reply"] = read_shift(a); break;
        case CTA_HELP:
            each_in(a, [&](std::uint16_t type, const nlattr* help) {
                if (type == CTA_HELP_NAME) out.json["helper"] = text_of(help);
            });
            break;
        case CTA_PROTOINFO:
            each_in(a, [&](std::uint16_t type, const nlattr* info) {
                if (type == CTA_PROTOINFO_TCP) out.json["tcp"] = read_tcp(info);
                if (type == CTA_PROTOINFO_SCTP) out.json["sctp"] = read_sctp(info);
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

void read_attribute(const nlattr* a, Family family, ToldExpectation& out) {
    switch (mnl_attr_get_type(a)) {
        case CTA_EXPECT_ID: out.id = number32(a); break;
        case CTA_EXPECT_TUPLE: {
            const ReadTuple tuple = read_tuple(a, family);
            const std::uint16_t zone = out.tuple.zone;
            out.tuple = tuple.tuple;
            out.tuple.zone = zone;
            out.json["tuple"] = tuple.json();
            break;
        }
        case CTA_EXPECT_MASK: out.json["mask"] = read_tuple(a, family).json(); break;
        case CTA_EXPECT_MASTER: out.json["master"] = read_tuple(a, family).json(); break;
        case CTA_EXPECT_TIMEOUT: out.json["timeout"] = number32(a); break;
        case CTA_EXPECT_FLAGS: out.json["flags"] = number32(a); break;
        case CTA_EXPECT_CLASS: out.json["class"] = number32(a); break;
        case CTA_EXPECT_HELP_NAME: out.json["helper"] = text_of(a); break;
        case CTA_EXPECT_FN: out.json["fn"] = text_of(a); break;
        case CTA_EXPECT_ZONE:
            out.tuple.zone = number16(a);
            out.json["zone"] = out.tuple.zone;
            break;
        case CTA_EXPECT_NAT: out.json["nat"] = read_nat_of_expectation(a, family); break;
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
    out.json = Json::object();
    const Family family = family_of(message);
    each_in(message, [&](std::uint16_t, const nlattr* attribute) { read_attribute(attribute, family, out); });
    return out;
}

std::optional<Told> event_of(const nlmsghdr& message) {
    if (message.nlmsg_type >> 8 != NFNL_SUBSYS_CTNETLINK) return std::nullopt;
    if ((message.nlmsg_type & 0xff) == IPCTNL_MSG_CT_DELETE) return Told::destroy;
    if ((message.nlmsg_type & 0xff) != IPCTNL_MSG_CT_NEW) return std::nullopt;
    return (message.nlmsg_flags & (NLM_F_CREATE | NLM_F_EXCL)) != 0 ? Told::new_ : Told::update;
}

ToldEntry entry_of(const nlmsghdr& message) {
    ToldEntry out;
    out.json = Json::object();
    const Family family = family_of(message);
    each_in(message, [&](std::uint16_t, const nlattr* attribute) { read_attribute(attribute, family, out); });
    if (out.json.contains("zone")) out.original.zone = out.json.at("zone").get<std::uint16_t>();
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
