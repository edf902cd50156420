#include "oracle/adapters/kernel/netlink.hpp"

#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>
#include <cerrno>
#include <cstring>

namespace conntrack::oracle::kernel {

namespace {

/// A message about this many packets waits at most; the default holds a few hundred.
constexpr int receive_buffer = 8 << 20;

int error_of(const nlmsghdr& message) {
    const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(&message));
    return -error->error;
}

}  // namespace

NetlinkSocket::NetlinkSocket() : socket_(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC), &mnl_socket_close) {
    if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
        throw CannotRun(std::string("no netlink socket: ") + std::strerror(errno));
    buffer_.resize(static_cast<std::size_t>(MNL_SOCKET_BUFFER_SIZE) * 4);
    const int fd = mnl_socket_get_fd(socket_.get());
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer) != 0)
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
}

void NetlinkSocket::send(nlmsghdr& message) {
    message.nlmsg_seq = ++next_number_;
    if (mnl_socket_sendto(socket_.get(), &message, message.nlmsg_len) < 0)
        throw CannotRun(std::string("netlink: ") + std::strerror(errno));
}

ssize_t NetlinkSocket::receive(int flags) {
    ssize_t n = 0;
    do n = recv(mnl_socket_get_fd(socket_.get()), buffer_.data(), buffer_.size(), flags);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno != EAGAIN) throw CannotRun(std::string("netlink: ") + std::strerror(errno));
    return n;
}

int NetlinkSocket::request(nlmsghdr& message) {
    message.nlmsg_flags |= NLM_F_ACK;
    return ask(message, [](const nlmsghdr&) {});
}

int NetlinkSocket::ask(nlmsghdr& message, const std::function<void(const nlmsghdr&)>& answer) {
    send(message);
    for (;;) {
        int left = static_cast<int>(receive(0));
        for (const auto* m = reinterpret_cast<const nlmsghdr*>(buffer_.data()); mnl_nlmsg_ok(m, left);
             m = mnl_nlmsg_next(m, &left)) {
            if (m->nlmsg_seq != next_number_) continue;
            if (m->nlmsg_type == NLMSG_ERROR) return error_of(*m);
            answer(*m);
            if ((message.nlmsg_flags & NLM_F_ACK) == 0) return 0;
        }
    }
}

void NetlinkSocket::drain(const std::function<void(const nlmsghdr&)>& each) {
    for (;;) {
        int left = static_cast<int>(receive(MSG_DONTWAIT));
        if (left <= 0) return;
        for (const auto* m = reinterpret_cast<const nlmsghdr*>(buffer_.data()); mnl_nlmsg_ok(m, left);
             m = mnl_nlmsg_next(m, &left))
            if (m->nlmsg_type >= NLMSG_MIN_TYPE) each(*m);
    }
}

}  // namespace conntrack::oracle::kernel
