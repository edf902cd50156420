#include "tests/impl/differences.hpp"

#include "spec/clause_table.hpp"

#include <fmt/format.h>
#include <vector>

namespace conntrack::testing {

namespace {

template <class T>
std::string show(const T& value) {
    if constexpr (std::is_enum_v<T>)
        return fmt::format("{}", static_cast<long long>(value));
    else
        return fmt::format("{}", value);
}
std::string show(const Tuple& t) {
    return fmt::format("{:x}.{:x}:{} > {:x}.{:x}:{} proto {} zone {}", t.src.high, t.src.low, t.src_part, t.dst.high,
                       t.dst.low, t.dst_part, t.proto, t.zone);
}
std::string show(Clause clause) { return std::string(clause_table[static_cast<std::size_t>(clause)].name); }
template <class T>
std::string show(const std::optional<T>& value) {
    return value ? show(*value) : "nothing";
}
std::string show(const Counter& c) { return fmt::format("{} packets {} bytes", c.packets, c.bytes); }

/// Gathers the fields that differ.
struct Fields {
    std::string out;

    template <class T>
    void compare(const char* name, const T& model, const T& fast) {
        if (!(model == fast)) out += fmt::format("  {}: model {}, fast {}\n", name, show(model), show(fast));
    }
};

void compare(Fields& f, const char* side, const tcp::Peer<Concrete>& a, const tcp::Peer<Concrete>& b) {
    if (a.td_end == b.td_end && a.td_maxend == b.td_maxend && a.td_maxwin == b.td_maxwin &&
        a.td_maxack == b.td_maxack && a.td_scale == b.td_scale && a.flags == b.flags && a.loose == b.loose)
        return;
    const auto text = [](const tcp::Peer<Concrete>& p) {
        return fmt::format("end {} maxend {} maxwin {} maxack {} scale {} flags {} loose {}", p.td_end, p.td_maxend,
                           p.td_maxwin, p.td_maxack, p.td_scale, p.flags, p.loose);
    };
    f.out += fmt::format("  {}: model {}, fast {}\n", side, text(a), text(b));
}

void compare(Fields& f, const tcp::Connection<Concrete>& a, const tcp::Connection<Concrete>& b) {
    compare(f, "tcp original", a.original, b.original);
    compare(f, "tcp reply", a.reply, b.reply);
    f.compare("last.dir", a.last.dir, b.last.dir);
    f.compare("last.index", a.last.index, b.last.index);
    f.compare("last.seq", a.last.seq, b.last.seq);
    f.compare("last.ack", a.last.ack, b.last.ack);
    f.compare("last.end", a.last.end, b.last.end);
    f.compare("last.win", a.last.win, b.last.win);
    f.compare("last.wscale", a.last.wscale, b.last.wscale);
    f.compare("last.flags", a.last.flags, b.last.flags);
    f.compare("retrans", a.retrans, b.retrans);
}

void compare(Fields& f, const sctp::Association<Concrete>& a, const sctp::Association<Concrete>& b) {
    f.compare("tag of original", a.vtag[0], b.vtag[0]);
    f.compare("tag of reply", a.vtag[1], b.vtag[1]);
    f.compare("init of original", a.init[0], b.init[0]);
    f.compare("init of reply", a.init[1], b.init[1]);
    f.compare("heartbeat failed", a.heartbeat_failed, b.heartbeat_failed);
    f.compare("heartbeat failed in reply", a.failed_in_reply, b.failed_in_reply);
}

/// Two lists of entries, one of each tracker.
std::string difference(const std::vector<const Entry*>& model, const std::vector<fast::Entry>& fast, const char* what) {
    if (model.size() != fast.size())
        return fmt::format("{}: model has {} entries, fast {}\n", what, model.size(), fast.size());
    for (std::size_t i = 0; i < model.size(); ++i)
        if (auto wrong = testing::difference(*model[i], fast[i]); !wrong.empty())
            return fmt::format("{}, place {}:\n{}", what, i, wrong);
    return {};
}

}  // namespace

std::string difference(const Verdict& model, const Verdict& fast) {
    Fields f;
    f.compare("seen", model.seen, fast.seen);
    f.compare("info", model.info, fast.info);
    f.compare("dir", model.dir, fast.dir);
    f.compare("clause", model.clause, fast.clause);
    f.compare("repeats", model.repeats, fast.repeats);
    f.compare("entry", model.entry, fast.entry);
    return f.out;
}

std::string difference(const Entry& model, const fast::Entry& fast) {
    Fields f;
    f.compare("id", model.id, fast.id);
    f.compare("original", model.original, fast.original);
    f.compare("reply", model.reply, fast.reply);
    f.compare("zone", model.zone.id, fast.zone.id);
    f.compare("zone of original", model.zone.original, fast.zone.original);
    f.compare("zone of reply", model.zone.reply, fast.zone.reply);
    f.compare("status", model.status.bits(), fast.status.bits());
    f.compare("tracker", model.tracker, fast.tracker);
    f.compare("accounted", model.accounted, fast.accounted);
    f.compare("reports", model.reports, fast.reports);
    f.compare("mark", model.mark, fast.mark);
    f.compare("counters of original", model.counters[0], fast.counters[0]);
    f.compare("counters of reply", model.counters[1], fast.counters[1]);
    f.compare("deadline", model.deadline, fast.deadline);
    if (model.life.state() == life::State::unconfirmed)
        f.compare("stored timeout", model.stored_timeout, fast.stored_timeout);
    f.compare("confirmed as", model.confirmed_as, fast.confirmed_as);
    f.compare("pending", model.pending, fast.pending);
    f.compare("life", model.life.state(), fast.life);
    f.compare("references", model.life.references(), fast.references);
    f.compare("flow", model.flow.state(), fast.flow);
    f.compare("icmp count", model.icmp_count, fast.icmp_count);
    if (model.tcp_machine) {
        f.compare("tcp state", model.tcp_machine->state(), fast.tcp_state);
        compare(f, model.tcp, fast.tcp);
    }
    f.compare("gre unreplied timeout", model.tracker == L4Tracker::gre ? model.gre_timeouts.unreplied : 0,
              model.tracker == L4Tracker::gre ? fast.gre_timeouts.unreplied : 0);
    f.compare("gre stream timeout", model.tracker == L4Tracker::gre ? model.gre_timeouts.stream : 0,
              model.tracker == L4Tracker::gre ? fast.gre_timeouts.stream : 0);
    if (model.sctp_machine) {
        f.compare("sctp state", model.sctp_machine->state(), fast.sctp_state);
        compare(f, model.sctp, fast.sctp);
    }
    return f.out;
}

std::string difference(const Tracker& model, const fast::Tracker& fast) {
    std::vector<const Entry*> listed, limbo;
    model.table().each_listed([&](const Entry& e) { listed.push_back(&e); });
    model.table().each_in_limbo([&](const Entry& e) { limbo.push_back(&e); });
    std::vector<fast::Entry> fast_listed, fast_limbo;
    fast.each_listed([&](const fast::Entry& e) { fast_listed.push_back(e); });
    fast.each_in_limbo([&](const fast::Entry& e) { fast_limbo.push_back(e); });
    if (auto wrong = difference(listed, fast_listed, "table"); !wrong.empty()) return wrong;
    if (model.table().existing() != fast.existing())
        return fmt::format("existing: model {}, fast {}\n", model.table().existing(), fast.existing());
    return difference(limbo, fast_limbo, "limbo");
}

}  // namespace conntrack::testing
