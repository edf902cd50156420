// A netlink socket of netfilter, by libmnl.
#pragma once

#include "oracle/adapters/kernel/cannot_run.hpp"

#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <functional>
#include <memory>
#include <vector>

namespace conntrack::oracle::kernel {

/// Calls each(type, attribute) for the attributes within another. (libmnl's own loops are macros of C.)
template <class Each>
void each_in(const nlattr* nest, const Each& each) {
    const auto call = [](const nlattr* attribute, void* data) {
        (*static_cast<const Each*>(data))(mnl_attr_get_type(attribute), attribute);
        return MNL_CB_OK;
    };
    mnl_attr_parse_nested(nest, call, const_cast<Each*>(&each));
}
/// The same for those of a message behind its nfgenmsg.
template <class Each>
void each_in(const nlmsghdr& message, const Each& each) {
    const auto call = [](const nlattr* attribute, void* data) {
        (*static_cast<const Each*>(data))(mnl_attr_get_type(attribute), attribute);
        return MNL_CB_OK;
    };
    mnl_attr_parse(&message, sizeof(nfgenmsg), call, const_cast<Each*>(&each));
}

class NetlinkSocket {
  public:
    /// Throws CannotRun.
    NetlinkSocket();

    [[nodiscard]] mnl_socket* get() const { return socket_.get(); }
    /// Sends a message and waits for its acknowledgement. 0, or an errno.
    int request(nlmsghdr& message);
    /// Sends a message that is answered by one message, or by an error. 0 after `answer` was called, or an errno.
    int ask(nlmsghdr& message, const std::function<void(const nlmsghdr&)>& answer);
    /// Calls `each` for every message that is there. Throws CannotRun if some were lost.
    void drain(const std::function<void(const nlmsghdr&)>& each);

  private:
    std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket_;
    std::vector<char> buffer_;
    unsigned next_number_ = 0;

    void send(nlmsghdr& message);
    ssize_t receive(int flags);
};

}  // namespace conntrack::oracle::kernel
