#include "oracle/check/check.hpp"
#include <fmt/format.h>
#include <map>
using namespace conntrack::oracle;
int main(int argc, char** argv) {
    std::size_t n=0, bad=0, packets=0, skipped=0;
    for (int i=1;i<argc;++i) read_recordings(argv[i], [&](Recording&& r){
        auto why = unplayable(r.scenario);
        auto c = check(r); 
        if (why) { ++skipped; if(!c.disagreement) fmt::print("SKIPPED BUT PASSES {} {} ({})\n", argv[i], r.scenario.name, *why); return; }
        ++n; packets+=c.packets;
        if (c.disagreement) { ++bad; fmt::print("{} {} step {} line {}\n  {}\n  {}\n  field {}\n  recorded {}\n  model    {}\n", argv[i], r.scenario.name, c.disagreement->step, c.disagreement->line, c.disagreement->packet, c.disagreement->clause, c.disagreement->difference.field, c.disagreement->difference.recorded, c.disagreement->difference.model); }
    });
    fmt::print("{} recordings, {} packets, {} disagree; {} skipped\n", n, packets, bad, skipped);
}
