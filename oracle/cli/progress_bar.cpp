#include "oracle/cli/progress_bar.hpp"

#include <unistd.h>
#include <cstdio>
#include <string>

namespace conntrack::oracle {

ProgressBar::ProgressBar(bool prints_meanwhile)
    : shown_(isatty(STDERR_FILENO) == 1 && (!prints_meanwhile || isatty(STDOUT_FILENO) == 0)),
      last_(std::chrono::steady_clock::now()) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::clear() {
    if (drawn_) std::fprintf(stderr, "\r\033[K");
    drawn_ = false;
}

void ProgressBar::show(double part) {
    using namespace std::chrono_literals;
    if (part >= 1) return clear();
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || part < 0 || now - last_ < 200ms) return;
    last_ = now;
    drawn_ = true;
    constexpr int width = 50;
    const int done = static_cast<int>(part * width);
    std::fprintf(stderr, "\r[%s%s] %3d %%", std::string(static_cast<std::size_t>(done), '#').c_str(),
                 std::string(static_cast<std::size_t>(width - done), ' ').c_str(), static_cast<int>(part * 100));
}

}  // namespace conntrack::oracle
