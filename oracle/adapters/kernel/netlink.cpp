#include "oracle/adapters/kernel/netlink.hpp"

#include <linux/netfilter/nfnetlink.h>
#include <cerrno>
#include <cstring>
#include <optional>

namespace conntrack::oracle::kernel {

namespace {

/// All that a scenario makes the kernel say; the default holds a few hundred messages.
constexpr int receive_buffer = 8 << 20;
/// Of a message: an entry takes some hundred bytes, a line of the log with its prefix less. What is longer is an error.
constexpr std::size_t longest_message = 4096;
constexpr std::size_t messages_at_once = 64;

}  // namespace

int error_of(const nlmsghdr& message) {
    const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(&message));
    return -error->error;
}

NetlinkSocket::NetlinkSocket() : socket_(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC), &mnl_socket_close) {
    if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
        throw CannotRun(std::string("no netlink socket: ") + std::strerror(errno));
    buffer_.resize(messages_at_once * longest_message);
    places_.resize(messages_at_once);
    messages_.resize(messages_at_once);
    for (std::size_t i = 0; i < messages_at_once; ++i) {
        places_[i] = {buffer_.data() + i * longest_message, longest_message};
        messages_[i].msg_hdr.msg_iov = &places_[i];
        messages_[i].msg_hdr.msg_iovlen = 1;
    }
    const int fd = mnl_socket_get_fd(socket_.get());
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
}

std::uint32_t NetlinkSocket::send(nlmsghdr& message) {
    message.nlmsg_seq = ++next_number_;
    if (mnl_socket_sendto(socket_.get(), &message, message.nlmsg_len) < 0)
        throw CannotRun(std::string("netlink: ") + std::strerror(errno));
    return next_number_;
}

/// How many messages have come.
int NetlinkSocket::receive(int flags) {
    int n = 0;
    do n = recvmmsg(mnl_socket_get_fd(socket_.get()), messages_.data(), messages_at_once, flags, nullptr);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == ENOBUFS) throw Overrun();
    if (n < 0 && errno != EAGAIN) throw CannotRun(std::string("netlink: ") + std::strerror(errno));
    for (int i = 0; i < n; ++i)
        if ((messages_[static_cast<std::size_t>(i)].msg_hdr.msg_flags & MSG_TRUNC) != 0)
            throw CannotRun("netlink: a message is longer than any should be");
    return n;
}

void NetlinkSocket::drain(const std::function<void(const nlmsghdr&)>& each) {
    for (int n = receive(MSG_DONTWAIT); n > 0; n = receive(MSG_DONTWAIT)) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
            int left = static_cast<int>(messages_[i].msg_len);
            for (const auto* m = static_cast<const nlmsghdr*>(places_[i].iov_base); mnl_nlmsg_ok(m, left);
                 m = mnl_nlmsg_next(m, &left))
                if (m->nlmsg_type >= NLMSG_MIN_TYPE || m->nlmsg_type == NLMSG_ERROR) each(*m);
        }
        if (static_cast<std::size_t>(n) < messages_at_once) return;
    }
}

int NetlinkSocket::request(nlmsghdr& message) {
    message.nlmsg_flags |= NLM_F_ACK;
    const std::uint32_t number = send(message);
    std::optional<int> answer;
    while (!answer) {
        // One message at least: the call waits for it.
        const int n = receive(MSG_WAITFORONE);
        for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
            const auto* m = static_cast<const nlmsghdr*>(places_[i].iov_base);
            if (m->nlmsg_seq == number && m->nlmsg_type == NLMSG_ERROR) answer = error_of(*m);
        }
    }
    return *answer;
}

}  // namespace conntrack::oracle::kernel
