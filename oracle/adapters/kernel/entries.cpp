#include "oracle/adapters/kernel/entries.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/netfilter/nfnetlink_compat.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <utility>

namespace conntrack::oracle::kernel {

namespace {

constexpr const char* count_file = "/proc/sys/net/netfilter/nf_conntrack_count";

/// EINVAL: an ICMP type that no entry can have (icmp_nlattr_to_tuple()).
void require_none_or_found(int error, const char* what) {
    if (error != 0 && error != ENOENT && error != EINVAL)
        throw CannotRun(fmt::format("{}: {}", what, std::strerror(error)));
}

void require_done(int error, const char* what) {
    if (error != 0) throw CannotRun(fmt::format("{}: {}", what, std::strerror(error)));
}

/// The entry that answers a question.
std::optional<ShownEntry> answer_of(const nlmsghdr& message) {
    if (message.nlmsg_type == NLMSG_ERROR) {
        require_none_or_found(error_of(message), "an entry cannot be read");
        return std::nullopt;
    }
    ShownEntry out = entry_of(message);
    if (!out.mark) out.mark = 0;
    return out;
}

Message message_of(Told told) {
    switch (told) {
        case Told::new_: return Message::new_;
        case Told::update: return Message::update;
        case Told::destroy: break;
    }
    return Message::destroy;
}

}  // namespace

Entries::Entries(NetlinkSocket& heard) : heard_(heard), count_(open(count_file, O_RDONLY | O_CLOEXEC)) {
    for (const int group : {NFNLGRP_CONNTRACK_NEW, NFNLGRP_CONNTRACK_UPDATE, NFNLGRP_CONNTRACK_DESTROY,
                            NFNLGRP_CONNTRACK_EXP_NEW, NFNLGRP_CONNTRACK_EXP_DESTROY}) {
        int number = group;
        if (mnl_socket_setsockopt(heard_.get(), NETLINK_ADD_MEMBERSHIP, &number, sizeof number) != 0)
            throw CannotRun(std::string("no events of ctnetlink: ") + std::strerror(errno));
    }
    if (count_.get() < 0) throw CannotRun("there is no connection tracking in this kernel");
}

void Entries::ask(const Tuple& tuple) {
    CtRequest request(CtRequest::Kind::get, tuple);
    heard_.send(request.message());
}

void Entries::hear_event(Told told, const nlmsghdr& message, std::vector<ShownNotice>& events) {
    ShownEntry entry = entry_of(message);
    if (told == Told::destroy)
        known_.erase(entry.id);
    else
        known_.insert_or_assign(entry.id, tuple_to_find(entry));
    events.push_back({message_of(told), std::move(entry), {}});
}

void Entries::hear_expectation(Told told, const nlmsghdr& message, std::vector<ShownNotice>& events) {
    ToldExpectation expectation = expectation_of(message);
    if (told == Told::destroy)
        expected_.erase(expectation.shown.id);
    else
        expected_.insert_or_assign(expectation.shown.id, expectation.tuple);
    events.push_back({message_of(told), std::move(expectation.shown), {}});
}

void Entries::hear(const nlmsghdr& message, std::vector<ShownNotice>& events,
                   std::optional<std::optional<ShownEntry>>& answer) {
    // Only what was asked has the number of a question.
    if (message.nlmsg_seq != 0)
        answer = answer_of(message);
    else if (const auto of_entry = event_of(message))
        hear_event(*of_entry, message, events);
    else if (const auto of_expectation = expectation_event_of(message))
        hear_expectation(*of_expectation, message, events);
}

std::vector<ShownEntry> Entries::table() {
    std::vector<ShownEntry> out;
    for (const auto& [id, tuple] : known_) {
        CtRequest request(CtRequest::Kind::get, tuple);
        requests_.send(request.message());
        requests_.drain([&](const nlmsghdr& message) {
            if (auto entry = answer_of(message)) out.push_back(*std::move(entry));
        });
    }
    return out;
}

void Entries::remove(const Tuple& tuple) {
    CtRequest request(CtRequest::Kind::remove, tuple);
    require_none_or_found(requests_.request(request.message()), "an entry cannot be deleted");
}

void Entries::flush() {
    CtRequest request = CtRequest::flush();
    require_done(requests_.request(request.message()), "the table cannot be flushed");
}

std::vector<ShownExpectation> Entries::expected() {
    std::vector<ShownExpectation> out;
    for (const auto& [id, tuple] : expected_) {
        CtRequest request(CtRequest::Kind::get_expectation, tuple);
        requests_.send(request.message());
        requests_.drain([&](const nlmsghdr& message) {
            if (message.nlmsg_type != NLMSG_ERROR)
                out.push_back(expectation_of(message).shown);
            else if (const int error = error_of(message); error != ENOENT)
                require_done(error, "an expectation cannot be read");
        });
    }
    return out;
}

void Entries::flush_expectations() {
    CtRequest request = CtRequest::flush_expectations();
    require_done(requests_.request(request.message()), "expectations cannot be flushed");
}

bool Entries::is_empty() const {
    char first = '0';
    return pread(count_.get(), &first, 1, 0) == 1 && first == '0';
}

/// One by one as far as they are known: a flush walks every bucket.
void Entries::remove_all() {
    for (const auto& [id, tuple] : known_) {
        CtRequest request(CtRequest::Kind::remove, tuple);
        requests_.send(request.message());
    }
    requests_.drain([](const nlmsghdr& message) {
        if (message.nlmsg_type == NLMSG_ERROR) require_none_or_found(error_of(message), "an entry cannot be deleted");
    });
    if (!is_empty()) flush();
}

void Entries::forget() {
    known_.clear();
    expected_.clear();
}

}  // namespace conntrack::oracle::kernel
