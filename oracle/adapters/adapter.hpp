// A program that tracks, as the comparison sees it: it plays a scenario and shows what it did, as far as it can.
#pragma once

#include "oracle/play/scenario.hpp"
#include "oracle/record/scenario_json.hpp"

#include <memory>
#include <optional>
#include <string>

namespace conntrack::oracle {

/// How a program failed to play a scenario to its end.
struct Failure {
    enum class Kind : std::uint8_t {
        crashed,   // it was ended by a signal, or left with an exit code
        hung,      // nothing came within the time limit
        nonsense,  // something came that is no answer
        closed     // it closed its output, but lives on
    };
    Kind kind = Kind::crashed;
    std::size_t step = 0;  // the first step that it did not answer
    std::string text;      // for people: the signal, what was expected
};

/// "crashed", "hung", "printed nonsense", "closed its pipe".
std::string_view words(Failure::Kind kind);

/// What came of a scenario: the steps that were answered, each with what was shown of it.
struct Played {
    Recording recording;
    std::optional<Failure> failure;
};

class Adapter {
  public:
    Adapter() = default;
    Adapter(const Adapter&) = delete;
    Adapter& operator=(const Adapter&) = delete;
    virtual ~Adapter() = default;

    /// As it was named on the command line.
    [[nodiscard]] virtual std::string name() const = 0;
    /// It is known to track as a kernel of this edition does; nothing: that is to be seen.
    [[nodiscard]] virtual std::optional<EditionId> tracks_as() const { return std::nullopt; }
    /// Its clock is real: steps that lie far apart take as long.
    [[nodiscard]] virtual bool keeps_real_time() const { return false; }
    /// Plays the scenario from its beginning on an empty table. Every line of the recording has `i` and `step`, and
    /// what the program shows besides; what it does not show is not compared.
    virtual Played play(const Scenario& scenario) = 0;
};

/// An adapter by its name: "kernel", "fast", "fast:EDITION", "model:EDITION" or "exec:PROGRAM ARGS". Throws InputError
/// if there is none of that name, and kernel::CannotRun where the kernel cannot be asked.
struct AdapterOptions {
    std::int64_t time_limit_ms = 5000;          // exec: how long a program may say nothing
    EditionId edition = EditionId::linux_6_18;  // fast: as which it tracks
};
std::unique_ptr<Adapter> adapter_named(const std::string& name, const AdapterOptions& options);

}  // namespace conntrack::oracle
