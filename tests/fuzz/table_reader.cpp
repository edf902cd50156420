// A connection table as conntrack -L or /proc print it: it is read or refused with the line; what is read can be put
// into a tracker, and its lines, printed in either form, are read back as the same entries.
#include "oracle/input/table_reader.hpp"
#include "model/tracker.hpp"
#include "oracle/input/input_error.hpp"
#include "oracle/input/table_line.hpp"
#include "oracle/text/conntrack_text.hpp"
#include "oracle/text/proc_text.hpp"
#include "spec/editions.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/require.hpp"

using namespace conntrack;
using namespace conntrack::oracle;
using conntrack::testing::require;

namespace {

constexpr Modules modules{.udplite = true, .sctp = false, .gre = false};

void check_line(const std::string& line, const Entry& entry, const Edition& edition) {
    try {
        const Imported read = read_table_line(line, 1, {"a line", edition, modules});
        require(read.original == entry.original && read.reply == entry.reply, "the same tuples: " + line);
        const bool shows_mark = line.find("mark=") != std::string::npos;  // linux-2.6.9 does not
        require(read.mark == (shows_mark ? entry.mark : 0), "the same mark: " + line);
        require(read.seen_reply == entry.has(Status::seen_reply), "answered or not: " + line);
        require(read.assured == entry.has(Status::assured), "assured or not: " + line);
    } catch (const InputError& error) {
        require(false, std::string("a line that was printed is read: ") + error.what() + "\n" + line);
    }
}

void check(const std::vector<Imported>& entries, const Edition& edition) {
    Tracker tracker(edition, {.modules = modules});
    for (const auto& entry : entries) require(tracker.import(entry, 0), "what is read has tuples of its own");
    tracker.table().each_listed([&](const Entry& entry) {
        check_line(proc_line(entry, edition, 0), entry, edition);
        check_line(conntrack_list_line(entry, edition, 0), entry, edition);
    });
    constexpr std::int64_t longer_than_any_timeout = 5'000'000'000;
    tracker.advance(seconds(longer_than_any_timeout));
    require(tracker.table().existing() == 0, "every entry's timer runs out");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const conntrack::testing::MemoryFile file(std::span(data, size));
    for (const EditionId id : all_editions) {
        try {
            check(read_table(file.path(), edition(id), modules), edition(id));
        } catch (const InputError& error) {
            require(std::string_view(error.what()).starts_with(file.path() + ":"), "an error names file and line");
        }
    }
    return 0;
}
