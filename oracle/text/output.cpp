#include "oracle/text/output.hpp"

#include "oracle/input/input_error.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace conntrack::oracle {

namespace {

[[noreturn]] void fail() {
    throw InputError("standard output", std::string("cannot be written: ") + std::strerror(errno));
}

}  // namespace

void print(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) fail();
}

void flush_output() {
    if (std::fflush(stdout) != 0) fail();
}

}  // namespace conntrack::oracle
