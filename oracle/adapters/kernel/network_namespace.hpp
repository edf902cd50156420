// A network namespace, which lives as long as somebody holds it.
#pragma once

#include "oracle/adapters/kernel/descriptor.hpp"

#include <fcntl.h>
#include <sched.h>

namespace conntrack::oracle::kernel {

class NetworkNamespace {
  public:
    /// That of the calling thread.
    NetworkNamespace() : file_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {}

    /// The calling thread is there from now on. False: it may not.
    [[nodiscard]] bool enter() const { return file_.get() >= 0 && setns(file_.get(), CLONE_NEWNET) == 0; }

  private:
    Descriptor file_;
};

}  // namespace conntrack::oracle::kernel
