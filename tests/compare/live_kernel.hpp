// The running kernel for tests, where it can be had and is the one that is meant.
#pragma once

#include "oracle/adapters/kernel/kernel_adapter.hpp"

#include <sys/utsname.h>
#include <memory>
#include <string>

namespace conntrack::oracle {

struct LiveKernelOrNot {
    std::unique_ptr<kernel::KernelAdapter> adapter;
    std::string why_not;  // where there is none
};

inline LiveKernelOrNot live_kernel() {
    utsname system{};
    uname(&system);
    const std::string release = system.release;
    if (!release.starts_with("6.18.")) return {nullptr, "the running kernel is " + release};
    try {
        return {std::make_unique<kernel::KernelAdapter>(kernel::KernelAdapter::Shows::entry), ""};
    } catch (const kernel::CannotRun& e) {
        return {nullptr, e.what()};
    }
}

}  // namespace conntrack::oracle
