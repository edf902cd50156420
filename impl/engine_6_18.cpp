#include "impl/engine_batches.hpp"
#include "impl/engines.hpp"
#include "model/machines/tcp_6_18.hpp"

namespace conntrack::fast {

std::unique_ptr<Tracker> make_tracker_6_18(const Options& options) {
    return std::make_unique<Engine<machines::tcp::Machine_6_18>>(options);
}

}  // namespace conntrack::fast
