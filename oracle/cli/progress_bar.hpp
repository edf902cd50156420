// A progress bar on a terminal, for files that take a while.
#pragma once

#include <chrono>

namespace conntrack::oracle {

class ProgressBar {
  public:
    ProgressBar();
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    /// True on a terminal that the results do not go to themselves.
    [[nodiscard]] bool shown() const { return shown_; }
    /// `part` from 0 to 1; negative: not known.
    void show(double part);

  private:
    bool shown_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point last_;
};

}  // namespace conntrack::oracle
