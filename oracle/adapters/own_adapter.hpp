// The trackers of this project as programs to compare with: the fast one; the model of another edition, or of the same
// to see that the comparison finds nothing.
#pragma once

#include "oracle/adapters/adapter.hpp"
#include "oracle/trackers/make_tracking.hpp"

namespace conntrack::oracle {

class OwnAdapter final : public Adapter {
  public:
    OwnAdapter(EditionId edition, TrackerKind tracker) : edition_(edition), tracker_(tracker) {}

    [[nodiscard]] std::string name() const override;
    [[nodiscard]] std::optional<EditionId> tracks_as() const override { return edition_; }
    Played play(const Scenario& scenario) override;

  private:
    EditionId edition_;
    TrackerKind tracker_;
};

}  // namespace conntrack::oracle
