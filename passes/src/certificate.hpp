// Checker of linear-arithmetic refutations; contract: python/triton_lift/_core.pyi, `check_certificate`.
#pragma once
#include <utility>
#include <vector>

#include "bigint.hpp"

namespace lift {

struct Cut {
  std::vector<std::pair<BigInt, BigInt>> terms;  // (row index, multiplier)
  BigInt divisor;
};

bool check_certificate(std::vector<std::vector<BigInt>> rows, const std::vector<Cut>& cuts);

}  // namespace lift
