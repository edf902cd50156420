#include "oracle/text/gone_text.hpp"

namespace conntrack::oracle {

std::string_view gone_text(Gone why) {
    switch (why) {
        case Gone::expired: return "expired";
        case Gone::early_drop: return "evicted (full table)";
        case Gone::collected: return "taken by the collector (full table)";
        case Gone::nat_search: return "deleted, it had ended and NAT wanted its port";
        case Gone::interface: return "deleted, its masqueraded address is no longer that of its way";
        case Gone::by_packet: return "deleted by this packet";
        case Gone::erased: return "deleted";
        case Gone::flushed: return "flushed";
    }
    return "";
}

}  // namespace conntrack::oracle
