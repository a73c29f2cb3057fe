// Sums: one operator per monomial, coefficient and path; hoisting, separation into components, merging of nested sums.
#include <algorithm>

#include "core.hpp"

namespace lift {

Id Core::sum_tree(std::span<const Id> syms, Id tree) {
  if (undef_reachable(tree, syms, [this](Id x) { return node(x).kind == Kind::Undef || node(x).kind == Kind::Inf; })) {
    return undef;
  }
  struct Holder {
    MonoId m;
    Rat c;
    std::unordered_set<Id> leaves;
  };
  std::vector<Holder> holders;
  for (const Id leaf : tree_leaves(tree)) {
    for (const Monomial& t : node(leaf).poly) {
      budget.step();
      const auto hit = std::find_if(holders.begin(), holders.end(), [&](const Holder& h) { return h.m == t.m && h.c == t.c; });
      if (hit != holders.end()) {
        hit->leaves.insert(leaf);
      } else {
        holders.push_back({t.m, t.c, {leaf}});
      }
    }
  }
  std::sort(holders.begin(), holders.end(), [this](const Holder& x, const Holder& y) {
    const Key& a = mono(x.m).meta.key;
    const Key& b = mono(y.m).meta.key;
    return a == b ? x.c < y.c : a < b;
  });
  Id out = zero;
  for (const Holder& h : holders) {
    std::vector<std::pair<Lits, Id>> found;
    {
      const Quiet quiet(*this);  // a literal that does not matter to this monomial is not lost
      const Id holds = map_leaves(tree, [&](Id x) { return truth(h.leaves.contains(x)); });
      paths(holds, kMaxPaths, [this](Id x) { return x == yes; }, found);
    }
    for (auto& [lits, leaf] : found) {
      range_lits(syms, lits);
      out = add(out, sum_term({syms.begin(), syms.end()}, lits, h.c, h.m));
    }
  }
  return out;
}

namespace {

// exp(P + Q) as exp(P)*exp(Q), split by which of the groups of symbols a monomial mentions; -1: none.
struct Separated {
  MonoId free = 0;
  std::vector<MonoId> parts;
};

int group_of(Core& core, MonoId m, const std::vector<std::vector<Id>>& groups) {
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (const auto& [atom, n] : core.mono(m).factors) {
      if (core.mentions(atom, groups[g])) return static_cast<int>(g);
    }
  }
  return -1;
}

Separated separate(Core& core, MonoId m, const std::vector<std::vector<Id>>& groups) {
  Separated out;
  out.parts.assign(groups.size(), 0);
  const auto put = [&](int g, MonoId piece) {
    MonoId& slot = g < 0 ? out.free : out.parts[static_cast<std::size_t>(g)];
    slot = core.mono_mul(slot, piece);
  };
  for (const auto& f : Factors(core.mono(m).factors)) {
    const MonoId alone = core.make_mono({f});
    if (!core.is_exp(f.first)) {
      put(group_of(core, alone, groups), alone);
      continue;
    }
    std::vector<Poly> exponents(groups.size() + 1);
    for (const Monomial& t : core.node(core.node(f.first).args[0]).poly) {
      exponents[static_cast<std::size_t>(group_of(core, t.m, groups) + 1)].push_back(t);
    }
    for (std::size_t g = 0; g < exponents.size(); ++g) {
      if (exponents[g].empty()) continue;
      const Id atom = core.exp_atom(core.node(f.first).name, core.poly(exponents[g]));
      put(static_cast<int>(g) - 1, core.make_mono({{atom, 1}}));
    }
  }
  return out;
}

// What ties symbols together: every factor, and every monomial of an exponent.
std::vector<Id> ties(Core& core, MonoId m) {
  std::vector<Id> out;
  for (const auto& f : core.mono(m).factors) {
    if (!core.is_exp(f.first)) {
      out.push_back(f.first);
      continue;
    }
    for (const Monomial& t : core.node(core.node(f.first).args[0]).poly) out.push_back(core.poly({Monomial{Rat(1), t.m}}));
  }
  return out;
}

// The number of points between one lower and one upper bound, where that is known.
std::optional<Poly> count_points(Core& core, Id sym, const Lits& lits) {
  const auto bounds = core.sides(sym, lits);
  if (!bounds || bounds->lowers.size() != 1 || bounds->uppers.size() != 1) return std::nullopt;
  const Core::Sides::Side& lo = bounds->lowers[0];  // upper div c' + (-lower) div c + 1
  const Core::Sides::Side& hi = bounds->uppers[0];
  const Id last = core.leaf_floordiv(core.poly(hi.bound), core.number(hi.c));
  const Id first = core.leaf_floordiv(core.poly(core.scale(lo.bound, Rat(-1))), core.number(lo.c));
  const Poly n = core.add(core.add(core.node(last).poly, core.constant_poly(Rat(1))), core.node(first).poly);
  const Interval i = core.interval(n);
  if (i.lo && i.lo->sign() >= 0) return n;
  if (i.hi && i.hi->sign() <= 0) return Poly{};
  return std::nullopt;
}

}  // namespace

Id Core::sum_term(std::vector<Id> syms, const Lits& lits, const Rat& c, MonoId m) {
  const Guard guard(budget);
  const Domain d = normal_domain(lits, syms);
  if (d.empty) return zero;
  if (const auto e = solved(syms, d.lits)) return one_point(BigKind::Sum, syms, *e, d.lits, poly({Monomial{c, m}}));
  // sum_i g(i) * sum_j f(i, j) is one sum over (i, j).
  Id nested = kNone;
  bool several = false;
  for (const auto& [atom, n] : mono(m).factors) {
    if (node(atom).kind != Kind::Big || node(atom).name != big_name(BigKind::Sum) || !mentions(atom, syms)) continue;
    several = several || nested != kNone || n != 1;
    nested = atom;
  }
  if (nested != kNone && !several) {
    Levels in_use = levels(syms, d.lits);
    in_use.add(mono(m).meta);
    const Opened inner = open(nested, in_use);
    Factors rest;
    for (const auto& f : mono(m).factors) {
      if (f.first != nested) rest.push_back(f);
    }
    Lits all = d.lits;
    all.insert(all.end(), inner.lits.begin(), inner.lits.end());
    syms.insert(syms.end(), inner.syms.begin(), inner.syms.end());
    if (syms.size() > kMaxBound) throw BudgetError("bound variables");
    const MonoId outside = make_mono(std::move(rest));
    Id out = zero;
    for (const Monomial& t : Poly(node(inner.body).poly)) out = add(out, sum_term(syms, all, c * t.c, mono_mul(outside, t.m)));
    return out;
  }
  const std::vector<std::vector<Id>> groups = components(syms, d.lits, ties(*this, m));
  const Separated pieces = separate(*this, m, groups);
  Id out = poly({Monomial{c, pieces.free}});
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const Lits mine = about(d.lits, groups[g]);
    std::optional<Poly> count;
    if (pieces.parts[g] == 0 && groups[g].size() == 1) count = count_points(*this, groups[g][0], mine);
    const Id part = count ? poly(*count) : bind_big(BigKind::Sum, groups[g], mine, poly({Monomial{Rat(1), pieces.parts[g]}}));
    out = leaf_mul(out, part);
  }
  // Literals free of every symbol remain where a renaming closed them.
  Lits closed;
  for (const Lit l : d.lits) {
    if (!mentions(l.id, syms)) closed.push_back(l);
  }
  return closed.empty() ? out : ite(conj(closed), out, zero);
}

}  // namespace lift
