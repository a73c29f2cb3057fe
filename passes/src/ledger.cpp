// The ledger of partial atoms that a cancellation removed: the summary must still ask for their definedness.
#include <algorithm>

#include "core.hpp"

namespace lift {

void Core::drop_mono(MonoId m) {
  if (!mono(m).meta.partial) return;
  for (const auto& [atom, power] : mono(m).factors) drop(atom);
}

// A partial atom that mentions a bound variable is recorded as the innermost closed atom around it.
void Core::drop(Id root) {
  if (quiet_ != 0 || !node(root).meta.partial) return;
  std::vector<std::pair<Id, Id>> stack{{root, root}};
  const auto record = [this](Id id) {
    if (std::find(ledger_.begin(), ledger_.end(), id) == ledger_.end()) ledger_.push_back(id);
  };
  while (!stack.empty()) {
    auto [id, closed] = stack.back();
    stack.pop_back();
    const Node& n = node(id);
    if (!n.meta.partial) continue;
    if (n.meta.loose == 0) {
      if (!ledger_seen_.insert(id).second) continue;
      if (is_atom_kind(n.kind)) closed = id;
    }
    budget.step();
    if (n.kind == Kind::App && partial_names_.contains(n.name)) record(n.meta.loose == 0 ? id : closed);
    for (const Id arg : n.args) stack.emplace_back(arg, closed);
    for (const Lit l : n.domain) stack.emplace_back(l.id, closed);
    for (const Monomial& t : n.poly) {
      for (const auto& [atom, power] : mono(t.m).factors) stack.emplace_back(atom, closed);
    }
  }
}

std::vector<Id> Core::dropped() const {
  std::vector<Id> out = ledger_;
  sort_by_key(out);
  return out;
}

// Entries made while a binder was open speak of its internal symbols: they become sums over its domain.
void Core::wrap_ledger(std::size_t from, std::span<const Id> syms, const Lits& domain) {
  std::vector<Id> fresh(ledger_.begin() + static_cast<std::ptrdiff_t>(from), ledger_.end());
  ledger_.resize(from);
  for (Id id : fresh) {
    if (mentions(id, syms)) {
      Lits lits;
      for (const Lit l : domain) lits.push_back(abstract(l, syms));
      const Id body = abstract(atom_poly(id), syms);
      Node n{.kind = Kind::Big};
      n.num = static_cast<std::uint32_t>(syms.size());
      n.name = big_name(BigKind::Sum);
      n.args = {body};
      std::sort(lits.begin(), lits.end(), [this](Lit x, Lit y) { return lit_less(x.id, y.id); });
      n.domain = std::move(lits);
      id = intern(std::move(n));
    }
    if (std::find(ledger_.begin(), ledger_.end(), id) == ledger_.end()) ledger_.push_back(id);
  }
}

}  // namespace lift
