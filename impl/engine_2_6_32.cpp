#include "impl/engine_batches.hpp"
#include "impl/engines.hpp"
#include "model/machines/tcp_2_6_32.hpp"

namespace conntrack::fast {

std::unique_ptr<Tracker> make_tracker_2_6_32(const Options& options) {
    return std::make_unique<Engine<machines::tcp::Machine_2_6_32>>(options);
}

}  // namespace conntrack::fast
