// A progress bar on a terminal, for files that take a while.
#pragma once

#include <chrono>

namespace conntrack::oracle {

class ProgressBar {
  public:
    /// `prints_meanwhile`: results are printed while the work goes on, and would mix with the bar on one terminal.
    explicit ProgressBar(bool prints_meanwhile);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    /// True on a terminal that is free for it.
    [[nodiscard]] bool shown() const { return shown_; }
    /// `part` from 0 to 1; negative: not known. With 1 the bar goes.
    void show(double part);

  private:
    bool shown_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point last_;

    void clear();
};

}  // namespace conntrack::oracle
