#include "oracle/adapters/kernel/entries.hpp"

#include "oracle/adapters/kernel/stage.hpp"

#include <fmt/format.h>
#include <linux/netfilter/nfnetlink_compat.h>
#include <sys/socket.h>
#include <cerrno>
#include <cstring>

namespace conntrack::oracle::kernel {

namespace {

constexpr const char* count_file = "net/netfilter/nf_conntrack_count";

}  // namespace

Entries::Entries() {
    for (const int group : {NFNLGRP_CONNTRACK_NEW, NFNLGRP_CONNTRACK_UPDATE, NFNLGRP_CONNTRACK_DESTROY,
                            NFNLGRP_CONNTRACK_EXP_NEW, NFNLGRP_CONNTRACK_EXP_DESTROY}) {
        int number = group;
        if (mnl_socket_setsockopt(events_.get(), NETLINK_ADD_MEMBERSHIP, &number, sizeof number) != 0)
            throw CannotRun(std::string("no events of ctnetlink: ") + std::strerror(errno));
    }
    if (!Stage::sysctl(count_file)) throw CannotRun("there is no connection tracking in this kernel");
}

const std::string& Entries::name_of(std::uint32_t id) {
    const auto it = names_.find(id);
    if (it != names_.end()) return it->second;
    return names_.emplace(id, fmt::format("c{}", names_.size() + 1)).first->second;
}

Json Entries::named(const ToldEntry& entry) {
    Json out = {{"ct", name_of(entry.id)}};
    out.update(entry.json);
    return out;
}

std::optional<Json> Entries::expectation_event(const nlmsghdr& message) {
    const auto told = expectation_event_of(message);
    if (!told) return std::nullopt;
    const ToldExpectation expectation = expectation_of(message);
    if (*told == Told::destroy)
        expected_.erase(expectation.id);
    else
        expected_.insert_or_assign(expectation.id, expectation.tuple);
    Json event = {{"type", *told == Told::destroy ? "EXP_DESTROY" : "EXP_NEW"}};
    event.update(expectation.json);
    return event;
}

std::vector<Json> Entries::take_events() {
    std::vector<Json> out;
    events_.drain([&](const nlmsghdr& message) {
        if (auto event = expectation_event(message)) out.push_back(*std::move(event));
        const auto told = event_of(message);
        if (!told) return;
        const ToldEntry entry = entry_of(message);
        if (*told == Told::destroy)
            known_.erase(entry.id);
        else
            known_.insert_or_assign(entry.id, entry.original);
        const char* const type = *told == Told::new_ ? "NEW" : *told == Told::update ? "UPDATE" : "DESTROY";
        Json event = {{"type", type}};
        event.update(named(entry));
        out.push_back(std::move(event));
    });
    return out;
}

std::optional<Json> Entries::get(const Tuple& tuple) {
    std::optional<Json> out;
    CtRequest request(CtRequest::Kind::get, tuple);
    const int error = requests_.ask(request.message(), [&](const nlmsghdr& message) {
        const ToldEntry entry = entry_of(message);
        out = named(entry);
        if (!out->contains("mark")) (*out)["mark"] = 0;
    });
    // EINVAL: an ICMP type that no entry can have (icmp_nlattr_to_tuple()).
    if (error != 0 && error != ENOENT && error != EINVAL)
        throw CannotRun(fmt::format("an entry cannot be read: {}", std::strerror(error)));
    return out;
}

std::vector<Json> Entries::table() {
    std::vector<Json> out;
    for (const auto& [id, tuple] : known_)
        if (auto entry = get(tuple)) out.push_back(*std::move(entry));
    return out;
}

void Entries::remove(const Tuple& tuple) {
    CtRequest request(CtRequest::Kind::remove, tuple);
    const int error = requests_.request(request.message());
    if (error != 0 && error != ENOENT && error != EINVAL)
        throw CannotRun(fmt::format("an entry cannot be deleted: {}", std::strerror(error)));
}

void Entries::flush() {
    CtRequest request = CtRequest::flush();
    if (const int error = requests_.request(request.message()); error != 0)
        throw CannotRun(fmt::format("the table cannot be flushed: {}", std::strerror(error)));
}

std::vector<Json> Entries::expected() {
    std::vector<Json> out;
    for (const auto& [id, tuple] : expected_) {
        CtRequest request(CtRequest::Kind::get_expectation, tuple);
        const int error = requests_.ask(request.message(),
                                        [&](const nlmsghdr& message) { out.push_back(expectation_of(message).json); });
        if (error != 0 && error != ENOENT)
            throw CannotRun(fmt::format("an expectation cannot be read: {}", std::strerror(error)));
    }
    return out;
}

void Entries::flush_expectations() {
    CtRequest request = CtRequest::flush_expectations();
    if (const int error = requests_.request(request.message()); error != 0)
        throw CannotRun(fmt::format("expectations cannot be flushed: {}", std::strerror(error)));
}

void Entries::clear() {
    (void)take_events();
    for (const auto& [id, tuple] : std::map(known_)) remove(tuple);
    if (Stage::sysctl(count_file).value_or("0") != "0") flush();
    (void)take_events();
    known_.clear();
    expected_.clear();
    names_.clear();
}

}  // namespace conntrack::oracle::kernel
