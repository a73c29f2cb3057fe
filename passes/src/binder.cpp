// Opening and closing binders: internal symbols, canonical order of bound variables, raw big and exists nodes.
#include <algorithm>
#include <numeric>

#include "core.hpp"

namespace lift {
namespace {

// All orders of the symbols when they are few, else the given one.
template <typename Try>
void each_order(std::vector<Id> syms, const Try& attempt) {
  if (syms.size() > kMaxPermuted) {
    attempt(syms);
    return;
  }
  std::sort(syms.begin(), syms.end());
  do {
    attempt(syms);
  } while (std::next_permutation(syms.begin(), syms.end()));
}

}  // namespace

Id Core::fresh_sym(std::uint32_t level, std::uint32_t index, const Interval& range) {
  std::string label(1, '\x01');
  label += std::to_string(level) + "." + std::to_string(index);
  if (range.lo) label += "l" + range.lo->num().to_hex();
  if (range.hi) label += "h" + range.hi->num().to_hex();
  Node n{.kind = Kind::Sym};
  n.name = name(label);
  n.num = level;
  n.meta.is_int = true;
  return intern(std::move(n), range);
}

Levels Core::levels(std::span<const Id> syms, const Lits& lits) const {
  Levels out;
  for (const Id s : syms) out.add(node(s).meta);
  for (const Lit l : lits) out.add(node(l.id).meta);
  return out;
}

Core::Opened Core::open(Id id, Levels in_use) {
  const Node& n = node(id);
  in_use.add(n.meta);
  const std::uint32_t level = in_use.unused();
  Opened out;
  for (std::uint32_t i = 0; i < n.num; ++i) {
    Lits lits;
    Node var{.kind = Kind::Var};
    var.num = i;
    const Interval range = constant_range(intern(std::move(var)), n.domain);
    out.syms.push_back(fresh_sym(level, i, range));
  }
  for (const Lit l : n.domain) out.lits.push_back(instantiate(l, out.syms));
  out.body = n.kind == Kind::Big ? instantiate(n.args[0], out.syms) : kNone;
  return out;
}

Id Core::raw_exists(std::uint32_t nvars, Lits domain) {
  std::sort(domain.begin(), domain.end(), [this](Lit x, Lit y) { return lit_less(x.id, y.id); });
  domain.erase(std::unique(domain.begin(), domain.end()), domain.end());
  Node n{.kind = Kind::Exists};
  n.num = nvars;
  n.domain = std::move(domain);
  return intern(std::move(n));
}

// The node itself, times the constant that the body gives up: any for a sum, a positive one for max and min.
Id Core::raw_big(BigKind kind, std::uint32_t nvars, Lits domain, Id body) {
  std::sort(domain.begin(), domain.end(), [this](Lit x, Lit y) { return lit_less(x.id, y.id); });
  domain.erase(std::unique(domain.begin(), domain.end()), domain.end());
  Rat factor(1);
  const Poly p = node(body).poly;
  if (kind == BigKind::Sum && p.size() == 1) factor = p[0].c;
  if ((kind == BigKind::Max || kind == BigKind::Min) && !p.empty()) {
    BigInt num;
    BigInt den(1);
    for (const Monomial& t : p) {
      num = gcd(num, t.c.num());
      den = floor_div(den * t.c.den(), gcd(den, t.c.den()));
    }
    factor = Rat(num, den);
  }
  Node n{.kind = Kind::Big};
  n.num = nvars;
  n.name = big_name(kind);
  n.args = {factor.is_one() ? body : poly(scale(p, factor.inverse()))};
  n.domain = std::move(domain);
  n.meta.is_int = node(n.args[0]).meta.is_int;
  const std::size_t before = size();
  const Id inner = n.args[0];
  const Id id = intern(std::move(n));
  if (size() != before) {
    Interval i = interval(node(inner).poly);
    if (kind == BigKind::Sum || kind == BigKind::Prod) {
      const bool nonnegative = i.lo && i.lo->sign() >= 0;
      i = {};
      if (nonnegative) i.lo = Rat(0);
    } else if (kind != BigKind::Max && kind != BigKind::Min) {
      i = {};
    }
    note_interval(id, i);
  }
  return poly({Monomial{factor, make_mono({{id, 1}})}});
}

Id Core::bind_big(BigKind kind, std::vector<Id> syms, const Lits& lits, Id body) {
  if (syms.size() > kMaxBound) throw BudgetError("bound variables");
  Id best = kNone;
  each_order(std::move(syms), [&](const std::vector<Id>& order) {
    Lits domain;
    for (const Lit l : lits) domain.push_back(abstract(l, order));
    const Id made = raw_big(kind, static_cast<std::uint32_t>(order.size()), std::move(domain), abstract(body, order));
    if (best == kNone || key(made) < key(best)) best = made;
  });
  return best;
}

Id Core::bind_exists(std::vector<Id> syms, const Lits& lits) {
  if (syms.size() > kMaxBound) throw BudgetError("bound variables");
  Id best = kNone;
  each_order(std::move(syms), [&](const std::vector<Id>& order) {
    Lits domain;
    for (const Lit l : lits) domain.push_back(abstract(l, order));
    const Id made = raw_exists(static_cast<std::uint32_t>(order.size()), std::move(domain));
    if (best == kNone || key(made) < key(best)) best = made;
  });
  return lit_tree({best, true});
}

namespace {

struct Bound {
  std::vector<Id> syms;
  Id cond;
  Id body;
  bool empty = false;
};

Interval meet(const Interval& x, const Interval& y) {
  Interval out = x;
  if (y.lo && (!out.lo || *y.lo > *out.lo)) out.lo = y.lo;
  if (y.hi && (!out.hi || *y.hi < *out.hi)) out.hi = y.hi;
  return out;
}

// Gives the symbols their canonical internal names and ranges, so that alpha-equivalent input takes one path.
Bound rename_bound(Core& core, std::span<const Id> syms, Id cond, Id body, const std::vector<Interval>& ranges) {
  Levels in_use = core.levels(syms, {});
  in_use.add(core.node(cond).meta);
  in_use.add(core.node(body).meta);
  const std::uint32_t level = in_use.unused();
  Bound out{{}, cond, body};
  std::unordered_map<Id, Id> map;
  bool tighter = core.node(cond).meta.multi || core.node(body).meta.multi;  // or the order of variables may change
  std::vector<Id> from;
  std::vector<Id> to;
  for (std::size_t i = 0; i < syms.size(); ++i) {
    const Interval range = meet(core.atom_interval(syms[i]), ranges[i]);
    out.empty = out.empty || (range.lo && range.hi && *range.lo > *range.hi);
    const bool same_range = range == core.atom_interval(syms[i]);
    const bool internal = core.node(syms[i]).num != 0 && same_range;
    tighter = tighter || !same_range;
    out.syms.push_back(internal ? syms[i] : core.fresh_sym(level, static_cast<std::uint32_t>(i), range));
    if (internal) continue;
    map.emplace(syms[i], core.atom_poly(out.syms.back()));
    from.push_back(syms[i]);
    to.push_back(out.syms.back());
  }
  if (out.empty || map.empty()) return out;
  if (!tighter) {
    out.cond = core.rename(cond, from, to);
    out.body = core.rename(body, from, to);
    return out;
  }
  out.cond = core.subst(cond, map);
  out.body = core.subst(body, map);
  return out;
}

// The literals that hold wherever the condition does, as far as its root shows them.
Lits conjuncts(const Core& core, Id cond) {
  Lits out;
  while (core.node(cond).kind == Kind::Ite) {
    const std::vector<Id>& args = core.node(cond).args;
    if (args[1] != core.no && args[2] != core.no) break;
    const bool pos = args[2] == core.no;
    out.push_back({args[0], pos});
    cond = pos ? args[1] : args[2];
  }
  return out;
}

}  // namespace

Id Core::close(BigKind kind, std::span<const Id> syms, Id cond, Id body, const std::vector<Interval>& ranges) {
  const Guard guard(budget);
  const std::size_t ledger = ledger_size();
  const Bound b = rename_bound(*this, syms, cond, body, ranges);
  if (b.empty) return identity(kind);
  const Id out = reduce(kind, b.syms, ite(b.cond, b.body, skip));
  if (ledger_size() != ledger) {
    Lits lits = conjuncts(*this, b.cond);
    range_lits(b.syms, lits);
    wrap_ledger(ledger, b.syms, lits);
  }
  return out;
}

Id Core::close_exists(std::span<const Id> syms, Id cond, const std::vector<Interval>& ranges) {
  const Guard guard(budget);
  const std::size_t ledger = ledger_size();
  const Bound b = rename_bound(*this, syms, cond, yes, ranges);
  if (b.empty) return no;
  const Id out = reduce_exists(b.syms, b.cond);
  if (ledger_size() != ledger) {
    Lits lits = conjuncts(*this, b.cond);
    range_lits(b.syms, lits);
    wrap_ledger(ledger, b.syms, lits);
  }
  return out;
}

}  // namespace lift
