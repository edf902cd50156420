#include "oracle/input/table_reader.hpp"

#include "oracle/input/lines.hpp"
#include "oracle/input/table_line.hpp"
#include "oracle/text/proc_text.hpp"

#include <fmt/format.h>
#include <map>
#include <string_view>

namespace conntrack::oracle {

namespace {

/// Blank, or "conntrack v1.4.7 (conntrack-tools): 12 flow entries have been shown.", which comes on standard error
/// and so into many a file.
bool is_no_entry(std::string_view line) {
    return line.find_first_not_of(" \t") == std::string_view::npos ||
           (line.starts_with("conntrack v") && line.ends_with("flow entries have been shown."));
}

/// The table links an entry by both of its tuples; nobody else may have either. An entry's own two may be equal.
class TakenTuples {
  public:
    explicit TakenTuples(const TableLineContext& context) : context_(context) {}

    void add(const Imported& entry, std::uint64_t line) {
        add(entry.original, line);
        add(entry.reply, line);
    }

  private:
    const TableLineContext& context_;
    std::map<Tuple, std::uint64_t> line_of_;

    void add(const Tuple& tuple, std::uint64_t line) {
        const auto [at, fresh] = line_of_.emplace(tuple, line);
        if (fresh || at->second == line) return;
        const L4Tracker tracker = tracker_of(tuple.proto, tuple.family, context_.edition, context_.modules);
        std::string text = tuple_text(tuple, tracker, false);
        text.pop_back();
        throw InputError(context_.path, line,
                         fmt::format("the tuple \"{}\" belongs to the entry of line {} already", text, at->second));
    }
};

}  // namespace

std::vector<Imported> read_table(const std::string& path, const Edition& edition, const Modules& modules) {
    LineReader reader(path);
    const TableLineContext context{reader.path(), edition, modules};
    TakenTuples taken(context);
    std::vector<Imported> out;
    std::string line;
    while (reader.next(line)) {
        if (is_no_entry(line)) continue;
        out.push_back(read_table_line(line, reader.line_number(), context));
        taken.add(out.back(), reader.line_number());
    }
    return out;
}

}  // namespace conntrack::oracle
