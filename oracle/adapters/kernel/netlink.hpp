// A netlink socket of netfilter, by libmnl.
#pragma once

#include "oracle/adapters/kernel/cannot_run.hpp"

#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

namespace conntrack::oracle::kernel {

/// Calls each(type, attribute) for the attributes from `first` on. (libmnl's own loops are macros of C.)
template <class Each>
void each_in(const nlattr* first, std::size_t bytes, const Each& each) {
    const auto* const begin = reinterpret_cast<const char*>(first);
    for (const nlattr* a = first; mnl_attr_ok(a, static_cast<int>(begin + bytes - reinterpret_cast<const char*>(a)));
         a = mnl_attr_next(a))
        each(mnl_attr_get_type(a), a);
}
/// The same for those within another.
template <class Each>
void each_in(const nlattr* nest, const Each& each) {
    each_in(static_cast<const nlattr*>(mnl_attr_get_payload(nest)), mnl_attr_get_payload_len(nest), each);
}
/// The same for those of a message behind its nfgenmsg.
template <class Each>
void each_in(const nlmsghdr& message, const Each& each) {
    const std::size_t header = MNL_ALIGN(sizeof(nfgenmsg)), whole = mnl_nlmsg_get_payload_len(&message);
    if (whole < header) return;
    each_in(static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(&message, header)), whole - header, each);
}

/// Messages were lost because too many waited: what happened is not known.
class Overrun : public std::runtime_error {
  public:
    Overrun() : std::runtime_error("netlink messages of the kernel were lost") {}
};

class NetlinkSocket {
  public:
    /// Throws CannotRun.
    NetlinkSocket();

    [[nodiscard]] mnl_socket* get() const { return socket_.get(); }
    /// Sends a message and waits for its acknowledgement. 0, or an errno. Not for a socket that hears of other things.
    int request(nlmsghdr& message);
    /// Sends a message, and waits for nothing. What answers it has this number.
    std::uint32_t send(nlmsghdr& message);
    /// Calls `each` for every message that is there, in the order in which they came. Throws Overrun.
    void drain(const std::function<void(const nlmsghdr&)>& each);

  private:
    std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket_;
    std::vector<char> buffer_;
    std::vector<iovec> places_;  // in the buffer, one for each message
    std::vector<mmsghdr> messages_;
    std::uint32_t next_number_ = 0;

    int receive(int flags);
};

/// 0, or the errno of a message of type NLMSG_ERROR.
int error_of(const nlmsghdr& message);

}  // namespace conntrack::oracle::kernel
