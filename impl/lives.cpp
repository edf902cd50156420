#include "impl/lives.hpp"

#include "impl/live.hpp"

namespace conntrack::fast::lives {

void hold(PackedEntry& entry) { live<machines::life::Hold>(entry); }
void release(PackedEntry& entry) { live<machines::life::Release>(entry); }
void confirm(PackedEntry& entry) { live<machines::life::Confirm>(entry); }
void remove(PackedEntry& entry) { live<machines::life::Delete>(entry); }
void condemn(PackedEntry& entry) { live<machines::life::Condemn>(entry); }

}  // namespace conntrack::fast::lives
