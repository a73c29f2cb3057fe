// The ledger of partial atoms that a cancellation removed: the summary must still ask for their definedness.
#include <algorithm>

#include "core.hpp"

namespace lift {

void Core::drop_mono(MonoId m) {
  if (!mono(m).meta.partial) return;
  for (const auto& [atom, power] : mono(m).factors) drop(atom);
}

// A partial atom that mentions a bound variable is recorded as the innermost closed big operator or `exists` around it.
void Core::drop(Id root) {
  if (quiet_ != 0 || !node(root).meta.partial) return;
  ++drops_;
  if (muted_ != 0) return;
  std::vector<std::pair<Id, Id>> stack{{root, root}};
  std::unordered_set<std::uint64_t> seen;  // of this walk: what an internal symbol stands for changes from binder to binder
  const auto record = [this](Id id) {
    if (std::find(ledger_.begin(), ledger_.end(), id) == ledger_.end()) ledger_.push_back(id);
  };
  while (!stack.empty()) {
    auto [id, closed] = stack.back();
    stack.pop_back();
    const Node& n = node(id);
    if (!n.meta.partial) continue;
    if (!seen.insert((static_cast<std::uint64_t>(closed) << 32) | id).second) continue;
    if (n.meta.loose == 0) {
      if (n.meta.fresh == 0 && !ledger_seen_.insert(id).second) continue;
      if (is_atom_kind(n.kind) || n.kind == Kind::Exists) closed = id;
    }
    budget.step();
    if (n.partial_here) {
      const bool reportable = is_atom_kind(node(closed).kind) || node(closed).kind == Kind::Exists;
      record(n.meta.loose == 0 || !reportable ? id : closed);
    }
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

// Entries made while a binder was open speak of its internal symbols: they become sums (or `exists`) over its domain.
void Core::wrap_ledger(std::size_t from, std::span<const Id> syms, const Lits& domain) {
  const std::vector<Id> entries(ledger_.begin() + static_cast<std::ptrdiff_t>(from), ledger_.end());
  ledger_.resize(from);
  for (Id id : entries) {
    if (mentions(id, syms)) {
      Lits lits;
      for (const Lit l : domain) lits.push_back(abstract(l, syms));
      const auto nvars = static_cast<std::uint32_t>(syms.size());
      if (node(id).kind == Kind::Exists) {
        lits.push_back(abstract(Lit{id, true}, syms));
        id = raw_exists(nvars, std::move(lits));
      } else {
        const Id big = raw_big(BigKind::Sum, nvars, std::move(lits), abstract(atom_poly(id), syms));
        id = mono(node(big).poly[0].m).factors[0].first;
      }
    }
    if (std::find(ledger_.begin(), ledger_.end(), id) == ledger_.end()) ledger_.push_back(id);
  }
}

}  // namespace lift
