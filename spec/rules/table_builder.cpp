#include "spec/rules/table_builder.hpp"

#include "spec/rules/values.hpp"

#include <algorithm>
#include <numeric>

namespace conntrack::rules {

namespace {

std::string ticked(std::string_view text) { return "`" + std::string(text) + "`"; }

}  // namespace

RuleCount read_counters(const Part& part, std::size_t& length) {
    const std::size_t close = part.text.find(']');
    const std::size_t colon = part.text.find(':');
    if (!part.text.starts_with('[') || close == part.text.npos || colon > close)
        fail(part, "expected counters as [packets:bytes]");
    length = close + 1;
    return {read_counter(part.part(1, colon - 1)), read_counter(part.part(colon + 1, close - colon - 1))};
}

TableBuilder::TableBuilder(TableId id, Family family) : id_(id), family_(family) {
    for (const Hook hook : all_hooks) {
        if (!hooks_of(id).has(hook)) continue;
        Chain chain;
        chain.name = name(hook);
        chain.hook = hook;
        names_.emplace(chain.name, static_cast<std::uint32_t>(chains_.size()));
        chains_.push_back(std::move(chain));
    }
}

void TableBuilder::check_name(const Part& name) const {
    constexpr std::size_t bytes_max = 28;
    if (name.text.empty()) fail(name, "expected the name of a chain behind the colon");
    if (name.text.size() > bytes_max) fail(name, "the name of a chain has 28 bytes at most");
    if (name.text.front() == '-' || name.text.front() == '!')
        fail(name, "the name of a chain cannot begin with `-` or `!`");
    const auto targets = target_names();
    if (std::find(targets.begin(), targets.end(), name.text) != targets.end() || name.text == "QUEUE")
        fail(name, ticked(name.text) + " is a target, and cannot be the name of a chain");
    for (const Hook hook : all_hooks)
        if (name.text == conntrack::name(hook))
            fail(name, "table " + std::string(rules::name(id_)) + " has no chain " + ticked(name.text));
}

void TableBuilder::add_chain(Words& words) {
    const Word& first = words.next();
    const Part name = first.whole().part(1);
    if (first.quoted) fail(name, "the name of a chain cannot hold a quote");
    const auto found = names_.find(name.text);
    const bool built_in = found != names_.end() && chains_[found->second].hook.has_value();
    if (found != names_.end() && chains_[found->second].line != 0)
        fail(name, "chain " + ticked(name.text) + " is declared twice, first in line " +
                       std::to_string(chains_[found->second].line));
    if (!built_in) check_name(name);
    const Word& policy = words.argument(first, built_in ? "a policy" : "`-`, which stands for a policy");
    const bool drops = policy.is("DROP");
    if (built_in && !drops && !policy.is("ACCEPT"))
        fail(policy.whole(), ticked(policy.text) + " is no policy", {"ACCEPT", "DROP"});
    if (!built_in && !policy.is("-"))
        fail(policy.whole(), "user chains have no policy: expected `-`, not " + ticked(policy.text));
    RuleCount count;
    if (!words.empty()) {
        const Part counters = words.next().whole();
        std::size_t length = 0;
        count = read_counters(counters, length);
        if (length != counters.text.size()) fail(counters.part(length), "unexpected text behind the counters");
    }
    if (!words.empty())
        fail(words.front().whole(), "unexpected word " + ticked(words.front().text) + " behind a chain");

    const auto index = built_in ? found->second : static_cast<std::uint32_t>(chains_.size());
    if (!built_in) {
        names_.emplace(std::string(name.text), index);
        chains_.emplace_back().name = name.text;
    }
    Chain& chain = chains_[index];
    chain.line = first.line;
    chain.drops = drops;
    if (built_in) chain.count = count;
}

void TableBuilder::add_rule(Words& words, const ParseOptions& options, const RuleCount& count, std::string text) {
    const std::size_t line = words.front().line;
    ReadRule read = read_rule({family_, id_, options, names_, chains_}, words);
    if (const Jump* jump = std::get_if<Jump>(&read.rule.target))
        jumps_.push_back({read.chain, jump->chain, read.target});
    else if (const TargetPlace place = target_place(read.target.word); place.table)
        restricted_.push_back({read.chain, place.hooks, read.target});
    if (!read.counted) read.rule.count = count;
    read.rule.line = line;
    read.rule.text = std::move(text);
    chains_[read.chain].rules.push_back(std::move(read.rule));
}

/// Walks along the jumps from every chain; who is met again while still on the way is in a loop. The kernel looks for
/// loops from the built-in chains only (mark_source_chains()); here chains that nobody calls must be free of them too.
/// Returns the chains, each behind all that it jumps to.
std::vector<std::uint32_t> TableBuilder::refuse_loops() const {
    std::vector<std::uint32_t> order;
    std::vector<std::vector<const Jumping*>> from(chains_.size());
    for (const Jumping& jump : jumps_) from[jump.from].push_back(&jump);
    enum class Visit : std::uint8_t { not_yet, on_the_way, done };
    std::vector<Visit> visits(chains_.size(), Visit::not_yet);
    struct Step {
        std::uint32_t chain;
        std::size_t next = 0;
    };
    for (std::uint32_t start = 0; start < chains_.size(); ++start) {
        if (visits[start] != Visit::not_yet) continue;
        std::vector<Step> way{{start}};
        visits[start] = Visit::on_the_way;
        while (!way.empty()) {
            Step& step = way.back();
            if (step.next == from[step.chain].size()) {
                visits[step.chain] = Visit::done;
                order.push_back(step.chain);
                way.pop_back();
                continue;
            }
            const Jumping& jump = *from[step.chain][step.next++];
            if (visits[jump.to] == Visit::on_the_way)
                fail(jump.place.part(), "a loop: this leads back to chain " + ticked(jump.place.word));
            if (visits[jump.to] == Visit::not_yet) {
                visits[jump.to] = Visit::on_the_way;
                way.push_back({jump.to});
            }
        }
    }
    return order;
}

/// A few chains that jump to each other twice make a way that no packet gets to the end of. The kernel takes them, and
/// hangs with the first packet that every jump matches.
void TableBuilder::refuse_endless(const std::vector<std::uint32_t>& callees_first) const {
    constexpr std::uint64_t most = 10'000'000;
    std::vector<std::vector<const Jumping*>> from(chains_.size());
    for (const Jumping& jump : jumps_) from[jump.from].push_back(&jump);
    std::vector<std::uint64_t> longest(chains_.size());  // rules that a packet may be asked about in the chain
    for (const std::uint32_t chain : callees_first) {
        longest[chain] = chains_[chain].rules.size();
        for (const Jumping* jump : from[chain]) {
            longest[chain] += longest[jump->to];
            if (longest[chain] > most)
                fail(jump->place.part(), "a packet might be asked about more than " + std::to_string(most) +
                                             " rules on its way through chain " + ticked(chains_[chain].name));
        }
    }
}

/// A target is checked against every hook from which its chain can be reached.
void TableBuilder::check_hooks() const {
    std::vector<HookSet> reached_from(chains_.size());
    for (std::uint32_t i = 0; i < chains_.size(); ++i)
        if (chains_[i].hook) reached_from[i].add(*chains_[i].hook);
    for (bool changed = true; changed;) {
        changed = false;
        for (const Jumping& jump : jumps_) {
            if (reached_from[jump.from].within(reached_from[jump.to])) continue;
            reached_from[jump.to].add(reached_from[jump.from]);
            changed = true;
        }
    }
    for (const Restricted& rule : restricted_) {
        if (reached_from[rule.chain].within(rule.hooks)) continue;
        std::string permitted, reached;
        auto add = [](std::string& list, Hook hook) {
            if (!list.empty()) list += ", ";
            list += name(hook);
        };
        for (const Hook hook : all_hooks) {
            if (rule.hooks.has(hook)) add(permitted, hook);
            if (!rule.hooks.has(hook) && reached_from[rule.chain].has(hook)) add(reached, hook);
        }
        std::string message = ticked(rule.place.word);
        message.append(" can be reached from ").append(reached).append(", and is for ").append(permitted);
        fail(rule.place.part(), message.append(" only"));
    }
}

/// The order of iptables-save; jumps follow their chains to the new places.
void TableBuilder::sort_chains() {
    std::vector<std::uint32_t> order(chains_.size()), place(chains_.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (chains_[a].hook || chains_[b].hook) return a < b;
        return chains_[a].name < chains_[b].name;
    });
    std::vector<Chain> sorted;
    sorted.reserve(chains_.size());
    for (const std::uint32_t old : order) {
        place[old] = static_cast<std::uint32_t>(sorted.size());
        sorted.push_back(std::move(chains_[old]));
    }
    for (Chain& chain : sorted)
        for (Rule& rule : chain.rules)
            if (auto* jump = std::get_if<Jump>(&rule.target)) jump->chain = place[jump->chain];
    chains_ = std::move(sorted);
}

Table TableBuilder::finish() {
    refuse_endless(refuse_loops());
    check_hooks();
    sort_chains();
    return {id_, std::move(chains_)};
}

}  // namespace conntrack::rules
