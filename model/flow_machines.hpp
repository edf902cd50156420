// The running machines that every entry has, generic tracking and life, and the request count of ICMP in
// linux-2.6.9. The Boost.MSM back-ends stand in one source file behind these classes.
#pragma once

#include "model/in_place.hpp"
#include "spec/flow.hpp"
#include "spec/icmp_count.hpp"
#include "spec/life.hpp"
#include "spec/tuple.hpp"

#include <cstdint>
#include <memory>

namespace conntrack {

/// Generic tracking: SEEN_REPLY and ASSURED.
class FlowMachine {
  public:
    using State = flow::State;

    FlowMachine();
    ~FlowMachine();

    flow::Outcome<Concrete> receive(Direction dir, const flow::Step<Concrete>& step);
    void protocol_assures();
    [[nodiscard]] State state() const;
    void restore(State state);

  private:
    struct Impl;
    InPlace<Impl, 64> impl_;
};

/// The life of an entry and its references.
class LifeMachine {
  public:
    using State = life::State;

    LifeMachine();
    ~LifeMachine();

    void hold();
    void release();
    void confirm();
    void remove();
    void condemn();
    [[nodiscard]] State state() const;
    [[nodiscard]] std::uint32_t references() const;
    void restore(State state, std::uint32_t references);

  private:
    struct Impl;
    InPlace<Impl, 64> impl_;
};

/// Requests less replies of an ICMP entry.
class IcmpCountMachine {
  public:
    using State = icmp::CountState;

    virtual ~IcmpCountMachine() = default;
    virtual icmp::CountOutcome<Concrete> receive(Direction dir, const icmp::CountStep<Concrete>& step) = 0;
    [[nodiscard]] virtual State state() const = 0;
    virtual void restore(State state) = 0;
};
std::unique_ptr<IcmpCountMachine> make_icmp_count_machine();

}  // namespace conntrack
