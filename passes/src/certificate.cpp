// Exact check of a refutation of integer linear constraints by non-negative combinations and Chvatal-Gomory cuts.
// Source of the rule: Chvatal, Edmonds polytopes and a hierarchy of combinatorial problems, 1973.
#include "certificate.hpp"

#include "budget.hpp"

namespace lift {
namespace {

// A hostile certificate may square its numbers at each step: their size and the work on their limbs are bounded.
constexpr std::size_t kMaxBits = std::size_t{1} << 18;
constexpr std::uint64_t kMaxWork = std::uint64_t{1} << 28;

}  // namespace

bool check_certificate(std::vector<std::vector<BigInt>> rows, const std::vector<Cut>& cuts) {
  std::size_t width = 1;
  for (const auto& row : rows) {
    if (row.empty()) return false;
    width = std::max(width, row.size());
  }
  for (auto& row : rows) row.resize(width);
  std::uint64_t work = 0;
  for (const Cut& cut : cuts) {
    if (cut.divisor.sign() <= 0) return false;
    std::vector<BigInt> sum(width);
    for (const auto& [index, multiplier] : cut.terms) {
      if (index.sign() < 0 || !(index < BigInt(static_cast<std::int64_t>(rows.size()))) || multiplier.sign() < 0) return false;
      const std::vector<BigInt>& row = rows[static_cast<std::size_t>(index.small())];
      for (std::size_t j = 0; j < width; ++j) {
        work += 1 + ((multiplier.bits() + 31) / 32) * ((row[j].bits() + 31) / 32) + sum[j].bits() / 32;
        if (work > kMaxWork) throw BudgetError("work on a certificate");
        sum[j] = sum[j] + multiplier * row[j];
        if (sum[j].bits() > kMaxBits) throw BudgetError("bits of a certificate");
      }
    }
    for (std::size_t j = 1; j < width; ++j) {
      work += 1 + (sum[j].bits() / 32) * (cut.divisor.bits() / 32);
      auto [q, r] = divmod_floor(sum[j], cut.divisor);
      if (!r.is_zero()) return false;
      sum[j] = std::move(q);
    }
    sum[0] = floor_div(sum[0], cut.divisor);
    rows.push_back(std::move(sum));
  }
  if (rows.empty()) return false;
  const std::vector<BigInt>& last = rows.back();
  for (std::size_t j = 1; j < width; ++j) {
    if (!last[j].is_zero()) return false;
  }
  return last[0].sign() < 0;
}

}  // namespace lift
