#include "model/machines/tcp_2_6_32.hpp"
#include "model/tcp_back_end.hpp"

namespace conntrack {

std::unique_ptr<TcpMachine> make_tcp_machine_2_6_32() {
    return std::make_unique<TcpBackEnd<machines::tcp::Machine_2_6_32>>();
}

}  // namespace conntrack
