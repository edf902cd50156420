#include "model/machines/tcp_6_18.hpp"
#include "model/tcp_back_end.hpp"

namespace conntrack {

std::unique_ptr<TcpMachine> make_tcp_machine_6_18() {
    return std::make_unique<TcpBackEnd<machines::tcp::Machine_6_18>>();
}

}  // namespace conntrack
