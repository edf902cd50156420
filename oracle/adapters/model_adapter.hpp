// The model itself as a program to compare with: of another edition, or to see that the comparison finds nothing.
#pragma once

#include "oracle/adapters/adapter.hpp"

namespace conntrack::oracle {

class ModelAdapter final : public Adapter {
  public:
    explicit ModelAdapter(EditionId edition) : edition_(edition) {}

    [[nodiscard]] std::string name() const override;
    Played play(const Scenario& scenario) override;

  private:
    EditionId edition_;
};

}  // namespace conntrack::oracle
