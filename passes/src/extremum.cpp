// Max and min: one operator per operand of the finite leaves and path, under decision nodes for non-emptiness.
#include <algorithm>

#include "core.hpp"

namespace lift {
namespace {

// (atom, c) where the leaf is c*atom with c > 0.
std::optional<std::pair<Id, Rat>> positive_multiple(const Core& core, Id leaf) {
  const Poly& p = core.node(leaf).poly;
  if (p.size() != 1 || p[0].c.sign() <= 0) return std::nullopt;
  const Factors& factors = core.mono(p[0].m).factors;
  if (factors.size() != 1 || factors[0].second != 1) return std::nullopt;
  return std::pair{factors[0].first, p[0].c};
}

}  // namespace

Id Core::extremum_tree(BigKind kind, std::span<const Id> syms, Id tree) {
  const Id neutral = identity(kind);  // -inf for max: such leaves vanish
  const auto bad = [&](Id x) { return x == undef || (node(x).kind == Kind::Inf && x != neutral); };
  if (undef_reachable(tree, syms, bad)) return undef;
  // The maximum of max(a, b) is that of a and that of b, each over the paths of all leaves that hold it.
  std::map<Key, std::pair<Id, std::unordered_set<Id>>> operands;
  for (const Id leaf : tree_leaves(tree)) {
    if (node(leaf).kind != Kind::Poly) continue;
    const auto scaled = positive_multiple(*this, leaf);
    const bool several = scaled && node(scaled->first).kind == Kind::App && node(scaled->first).name == big_name(kind);
    for (Id operand : several ? node(scaled->first).args : std::vector<Id>{leaf}) {
      if (several) operand = poly(scale(Poly(node(operand).poly), scaled->second));
      auto& [id, holders] = operands[key(operand)];
      id = operand;
      holders.insert(leaf);
    }
  }
  Id out = neutral;
  for (const auto& [k, entry] : operands) {
    const auto& [leaf, holders] = entry;
    std::vector<Lits> found;
    {
      const Quiet quiet(*this);
      found = implicants(map_leaves(tree, [&](Id x) { return truth(holders.contains(x)); }));
    }
    for (Lits& lits : found) {
      range_lits(syms, lits);
      out = combine(kind, out, extremum_term(kind, {syms.begin(), syms.end()}, lits, leaf));
    }
  }
  return out;
}

Id Core::extremum_term(BigKind kind, std::vector<Id> syms, const Lits& lits, Id leaf) {
  const Guard guard(budget);
  const Id neutral = identity(kind);
  const Domain d = normal_domain(lits, syms);
  if (d.empty) return neutral;
  if (const auto e = solved(syms, d.lits)) return one_point(kind, syms, *e, d.lits, leaf);
  const auto scaled = positive_multiple(*this, leaf);
  const Id atom = scaled ? scaled->first : kNone;
  if (atom != kNone && node(atom).kind == Kind::Big && node(atom).name == big_name(kind) && mentions(atom, syms)) {
    if (!scaled->second.is_one()) {
      const Id plain = extremum_term(kind, std::move(syms), d.lits, atom_poly(atom));
      return map_leaves(plain, [&](Id x) {
        return node(x).kind == Kind::Poly ? poly(scale(Poly(node(x).poly), scaled->second)) : x;
      });
    }
    const Opened inner = open(atom, levels(syms, d.lits));
    Lits all = d.lits;
    all.insert(all.end(), inner.lits.begin(), inner.lits.end());
    syms.insert(syms.end(), inner.syms.begin(), inner.syms.end());
    if (syms.size() > kMaxBound) throw BudgetError("bound variables");
    return extremum_term(kind, std::move(syms), all, inner.body);
  }
  // Monomials free of the symbols are hoisted; the rest separates into components.
  Poly free;
  Poly dependent;
  std::vector<Id> ties;
  for (const Monomial& t : Poly(node(leaf).poly)) {
    const Id alone = poly({Monomial{Rat(1), t.m}});
    if (mentions(alone, syms)) {
      dependent.push_back(t);
      ties.push_back(alone);
    } else {
      free.push_back(t);
    }
  }
  Id value = poly(free);
  for (const std::vector<Id>& group : components(syms, d.lits, ties)) {
    Poly mine;
    for (const Monomial& t : dependent) {
      if (mentions(poly({Monomial{Rat(1), t.m}}), group)) mine.push_back(t);
    }
    if (!mine.empty()) value = leaf_add(value, bind_big(kind, group, about(d.lits, group), poly(mine)));
  }
  return ite(nonempty(syms, d.lits), value, neutral);
}

}  // namespace lift
