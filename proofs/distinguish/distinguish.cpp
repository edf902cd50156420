#include "proofs/distinguish/distinguish.hpp"

#include "proofs/distinguish/association_search.hpp"
#include "proofs/distinguish/flow_search.hpp"
#include "proofs/distinguish/tcp_search.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace conntrack::proofs {

namespace {

std::vector<Shown> listed(const Variant& one, const Variant& other) {
    std::vector<Shown> out;
    const auto add = [&](std::string_view protocol, std::vector<Difference> differences) {
        for (Difference& d : differences) out.push_back({protocol, std::move(d), std::nullopt});
    };
    add("TCP", tcp_differences(one, other));
    if (auto flags = flag_difference(one, other)) add("TCP", {*flags});
    add("SCTP", association_differences(one, other));
    add("UDP", flow_differences(protocol::udp, one, other));
    add("UDP-Lite", flow_differences(protocol::udplite, one, other));
    add("GRE", flow_differences(protocol::gre, one, other));
    add("ICMP", flow_differences(protocol::icmp, one, other));
    return out;
}

/// Those without states of their own.
std::optional<std::uint8_t> flow_protocol(std::string_view name) {
    if (name == "UDP") return protocol::udp;
    if (name == "UDP-Lite") return protocol::udplite;
    if (name == "GRE") return protocol::gre;
    if (name == "ICMP") return protocol::icmp;
    return std::nullopt;
}

std::optional<Distinction> search(const Shown& shown, const Variant& one, const Variant& other, TcpDistinguisher& tcp,
                                  unsigned most) {
    if (shown.protocol == "SCTP") return distinguish_association(one, other, shown.difference, most);
    if (const auto protocol = flow_protocol(shown.protocol))
        return distinguish_flow(*protocol, one, other, shown.difference, most);
    if (!shown.difference.adopt) return distinguish_flags(one, other);
    return tcp.find(shown.difference);
}

/// By its own name, with its protocol and kind before it as in the list, or by its protocol alone.
bool is_named(const Shown& shown, const std::string& wanted) {
    const std::string& name = shown.difference.name;
    return wanted == name || wanted == shown.protocol ||
           (wanted.starts_with(std::string(shown.protocol) + " ") && wanted.ends_with(" " + name));
}

void keep_named(std::vector<Shown>& all, const std::vector<std::string>& names) {
    for (const std::string& wanted : names)
        if (std::none_of(all.begin(), all.end(), [&](const Shown& s) { return is_named(s, wanted); }))
            throw std::runtime_error("no difference between these editions is named \"" + wanted +
                                     "\"; the list names all of them");
    if (names.empty()) return;
    std::erase_if(all, [&](const Shown& s) {
        return std::none_of(names.begin(), names.end(), [&](const std::string& n) { return is_named(s, n); });
    });
}

/// Every `threads`th difference. Terms are made by one thread from the same beginning, so that its answers do not hang
/// on what others do.
void work(EditionId one, EditionId other, const DistinguishOptions& options, std::size_t number, std::size_t threads,
          std::vector<Shown>& out) {
    const Variant a(one), b(other);
    std::vector<Shown> mine = listed(a, b);
    keep_named(mine, options.names);
    TcpDistinguisher tcp(a, b, {.most = options.most});
    for (std::size_t i = number; i < mine.size(); i += threads) out[i].by = search(mine[i], a, b, tcp, options.most);
}

}  // namespace

std::vector<Shown> distinguish(EditionId one, EditionId other, const DistinguishOptions& options) {
    constexpr std::size_t threads = 2;
    const Variant a(one), b(other);
    std::vector<Shown> out = listed(a, b);
    keep_named(out, options.names);
    std::vector<std::exception_ptr> failures(threads);
    std::vector<std::thread> running;
    for (std::size_t number = 0; number < threads; ++number)
        running.emplace_back([&, number] {
            try {
                work(one, other, options, number, threads, out);
            } catch (...) {
                failures[number] = std::current_exception();
            }
        });
    for (std::thread& thread : running) thread.join();
    for (const std::exception_ptr& failure : failures)
        if (failure) std::rethrow_exception(failure);
    return out;
}

std::string bound_in_words(unsigned most) {
    const SearchBound bound;
    return "up to " + std::to_string(most) + " packets, a second apart in TCP: any " + std::to_string(bound.free_runs) +
           ", or a connection with usual numbers (windows and options of SYNs free; " +
           std::to_string(bound.usual_ways) +
           " ways to each state by each kind of last packet) and then any two; at most " +
           std::to_string(bound.questions) +
           " questions to the solver for one difference. In SCTP one chunk a packet, or one and DATA, a second apart, "
           "or a "
           "tenth where an entry does not live that long: any packets of two correct peers, and then any two";
}

}  // namespace conntrack::proofs
