// A packet on its way through a handle's tracker. Whatever happens, it is freed in the end.
#pragma once

#include "model/path/passage.hpp"
#include "model/tracking.hpp"

#include <utility>

namespace conntrack::library {

class OnTheWay {
  public:
    explicit OnTheWay(Tracking& tracking) : tracking_(tracking) {}
    OnTheWay(const OnTheWay&) = delete;
    OnTheWay& operator=(const OnTheWay&) = delete;
    ~OnTheWay() { tracking_.release(std::move(passage.flight)); }

    Passage passage;

  private:
    Tracking& tracking_;
};

}  // namespace conntrack::library
