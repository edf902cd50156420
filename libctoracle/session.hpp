// What a handle of the C library is: a tracker, the router before it if it has one, and what the last call showed.
#pragma once

#include "libctoracle/ctoracle.h"
#include "libctoracle/on_the_way.hpp"
#include "model/path/packet_path.hpp"
#include "model/tracking.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace conntrack::library {

/// A call that is refused: thrown inside of the library, an error code and a message outside.
class Refused : public std::runtime_error {
  public:
    Refused(ctoracle_error code, const std::string& what) : std::runtime_error(what), code_(code) {}
    [[nodiscard]] ctoracle_error code() const { return code_; }

  private:
    ctoracle_error code_;
};

/// Each "NAME=ADDRESS...", as ctoracle_options has them. Throws Refused or InputError.
std::vector<Interface> interfaces_of(const char* const* texts, std::size_t count);

class Session {
  public:
    /// Throws Refused or InputError.
    explicit Session(const ctoracle_options& options);

    void change_rules(Family family, const std::string& text);
    void load_nat(bool loaded);
    void change_interfaces(std::vector<Interface> interfaces, Time now);
    void configure(const std::string& name, std::int64_t value);
    /// `interface` is null where there is no router. What the verdict points to is there until the next call.
    ctoracle_verdict track(const char* interface, std::span<const std::uint8_t> packet, Time now);
    /// The same, but it stops at a point of its way, or is not freed in the end. `held` is its number, or 0 if it came
    /// no further than that.
    ctoracle_verdict hold(const char* interface, std::span<const std::uint8_t> packet, Time now, ctoracle_hold_point at,
                          std::uint64_t& held);
    /// It goes on, and is freed.
    ctoracle_verdict release(std::uint64_t held, Time now);
    void advance(Time now);
    void fill(const Fill& fill, Time now);
    void dump(ctoracle_entry_callback callback, void* context);
    bool erase(const Tuple& tuple, Time now);
    void flush(Time now);
    void flush_expectations(Time now);
    std::uint64_t subscribe(std::uint32_t types, ctoracle_event_callback callback, void* context);
    void unsubscribe(std::uint64_t id) { tracking_->observers().remove(id); }

    /// Is set while a call is on its way, so that callbacks cannot begin another.
    class Call {
      public:
        explicit Call(Session& session);
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;
        ~Call() { session_.busy_ = false; }

      private:
        Session& session_;
    };

  private:
    std::unique_ptr<Tracking> tracking_;
    std::optional<PacketPath> router_;
    Reassembler reassembler_;  // where there is no router
    PacketPath::RuleChange rules_;
    bool busy_ = false;
    // What the last verdict points to.
    struct Shown {
        std::vector<Sent> left, answers;
        std::vector<ctoracle_packet> left_for_c, answers_for_c;
        std::string rule;
    };
    Shown shown_;

    // After all that it needs: what is held is freed first.
    std::map<std::uint64_t, std::unique_ptr<OnTheWay>> held_;
    std::uint64_t last_held_ = 0;
    std::uint32_t filled_ = 0;  // entries that were asked for, whatever became of them

    void require_time(Time now) const;
    PacketPath& router_for(const char* what);
    void require_interface(const char* interface) const;
    void enter(Passage& passage, const char* interface, std::span<const std::uint8_t> packet, Time now);
    void enter_straight(Passage& passage, std::span<const std::uint8_t> packet, Time now);
    void go_on(Passage& passage, Time now);
    ctoracle_verdict show(const Passage& passage);
};

}  // namespace conntrack::library
