// Big operators over trees: lifting of conditions free of the bound variables, then the rule of each operator.
#include <algorithm>

#include "core.hpp"

namespace lift {
namespace {

// Lifts every literal that mentions none of the symbols; `base` sees trees whose literals all do.
class Lifter {
 public:
  Lifter(Core& core, std::span<const Id> syms, const std::function<Id(Id)>& base)
      : core_(core), syms_(syms), base_(base) {}

  Id run(Id tree) {
    const Guard guard(core_.budget);
    const auto known = memo_.find(tree);
    if (known != memo_.end()) return known->second;
    Id free_literal = kNone;
    for (const Id l : core_.tree_literals(tree)) {
      if (free(l)) {
        free_literal = l;
        break;
      }
    }
    Id out = kNone;
    if (free_literal == kNone) {
      out = base_(tree);
    } else {
      const Id a = run(core_.cofactor(tree, {{free_literal, true}}));
      const Id b = run(core_.cofactor(tree, {{free_literal, false}}));
      out = core_.branch(free_literal, a, b);
    }
    memo_.emplace(tree, out);
    return out;
  }

 private:
  bool free(Id literal) {
    const auto known = free_.find(literal);
    if (known != free_.end()) return known->second;
    const bool out = !core_.mentions(literal, syms_);
    free_.emplace(literal, out);
    return out;
  }

  Core& core_;
  std::span<const Id> syms_;
  const std::function<Id(Id)>& base_;
  std::unordered_map<Id, Id> memo_;
  std::unordered_map<Id, bool> free_;
};

}  // namespace

Id Core::identity(BigKind kind) const {
  switch (kind) {
    case BigKind::Prod: return one;
    case BigKind::Max: return neg_inf;
    case BigKind::Min: return pos_inf;
    case BigKind::Band: return minus_one;
    default: return zero;
  }
}

Id Core::combine(BigKind kind, Id a, Id b) {
  if (kind == BigKind::Sum) return add(a, b);
  if (kind == BigKind::Prod) return mul(a, b);
  const NameId f = big_name(kind);
  return lift({a, b}, [&](const std::vector<Id>& xs) { return leaf_app(f, xs, true, {}); });
}

bool Core::undef_reachable(Id tree, std::span<const Id> syms, const std::function<bool(Id)>& bad) {
  std::vector<std::pair<Lits, Id>> found;
  paths(tree, kMaxPaths, bad, found);
  for (auto& [lits, leaf] : found) {
    range_lits(syms, lits);
    if (!infeasible(lits, syms)) return true;
  }
  return false;
}

Id Core::reduce(BigKind kind, std::span<const Id> syms, Id tree) {
  if (syms.empty()) return map_leaves(tree, [&](Id x) { return x == skip ? identity(kind) : x; });
  const std::function<Id(Id)> base = [&](Id t) -> Id {
    if (t == skip) return identity(kind);
    switch (kind) {
      case BigKind::Sum: return sum_tree(syms, t);
      case BigKind::Max:
      case BigKind::Min: return extremum_tree(kind, syms, t);
      default: return fold_tree(kind, syms, t);
    }
  };
  return Lifter(*this, syms, base).run(tree);
}

Id Core::reduce_exists(std::span<const Id> syms, Id tree) {
  if (syms.empty()) return tree;
  const std::function<Id(Id)> base = [&](Id t) -> Id {
    Id out = no;
    for (Lits& lits : implicants(t)) {
      range_lits(syms, lits);
      out = apply(Op::Or, out, nonempty({syms.begin(), syms.end()}, lits));
    }
    const bool poison = undef_reachable(t, syms, [this](Id x) { return x == bundef; });
    return poison ? apply(Op::Or, out, bundef) : out;
  };
  return Lifter(*this, syms, base).run(tree);
}

// -- prod, band, bor, bxor: one operator per leaf and path; leaves that are the identity vanish.

Id Core::fold_tree(BigKind kind, std::span<const Id> syms, Id tree) {
  if (undef_reachable(tree, syms, [this](Id x) { return node(x).kind == Kind::Undef || node(x).kind == Kind::Inf; })) {
    return undef;
  }
  const Id neutral = identity(kind);
  std::vector<std::pair<Lits, Id>> found;
  paths(tree, kMaxPaths, [&](Id x) { return node(x).kind == Kind::Poly && x != neutral; }, found);
  std::stable_sort(found.begin(), found.end(), [this](const auto& x, const auto& y) { return key(x.second) < key(y.second); });
  Id out = neutral;
  for (auto& [lits, leaf] : found) {
    range_lits(syms, lits);
    out = combine(kind, out, fold_term(kind, {syms.begin(), syms.end()}, lits, leaf));
  }
  return out;
}

Id Core::fold_term(BigKind kind, std::vector<Id> syms, const Lits& lits, Id leaf) {
  const Guard guard(budget);
  const Domain d = normal_domain(lits, syms);
  const Id neutral = identity(kind);
  if (d.empty) return neutral;
  if (const auto e = solved(syms, d.lits)) return one_point(kind, syms, *e, d.lits, leaf);
  const bool idempotent = kind == BigKind::Band || kind == BigKind::Bor;
  if ((idempotent && !mentions(leaf, syms)) || (kind == BigKind::Prod && leaf == zero)) {
    return ite(nonempty(syms, d.lits), leaf, neutral);
  }
  const Id atom = single_atom(leaf);
  if (atom != kNone && node(atom).kind == Kind::Big && node(atom).name == big_name(kind) && mentions(atom, syms)) {
    const Opened inner = open(atom, levels(syms, d.lits));
    Lits all = d.lits;
    all.insert(all.end(), inner.lits.begin(), inner.lits.end());
    syms.insert(syms.end(), inner.syms.begin(), inner.syms.end());
    return fold_term(kind, std::move(syms), all, inner.body);
  }
  return bind_big(kind, std::move(syms), d.lits, leaf);
}

// One symbol has one value at most: the operator runs over the others only.
Id Core::one_point(BigKind kind, std::vector<Id> syms, const Solved& e, const Lits& lits, Id leaf) {
  const std::unordered_map<Id, Id> map{{syms[e.place], e.value}};
  Lits rest;
  std::copy_if(lits.begin(), lits.end(), std::back_inserter(rest), [&](Lit x) { return !e.says(x); });
  const Id cond = subst(conj(rest), map);
  const Id body = subst(leaf, map);
  syms.erase(syms.begin() + static_cast<std::ptrdiff_t>(e.place));
  return reduce(kind, syms, ite(cond, body, skip));
}

}  // namespace lift
