// Exact, conservative intervals. Every bound here is a function of the content of the term alone.
#include <algorithm>

#include "core.hpp"

namespace lift {
namespace {

using Bound = std::optional<Rat>;

Interval point(const Rat& c) { return {c, c, false, false}; }

Interval sum(const Interval& x, const Interval& y) {
  Interval out;
  if (x.lo && y.lo) {
    out.lo = *x.lo + *y.lo;
    out.lo_open = x.lo_open || y.lo_open;
  }
  if (x.hi && y.hi) {
    out.hi = *x.hi + *y.hi;
    out.hi_open = x.hi_open || y.hi_open;
  }
  return out;
}

Interval times(const Interval& x, const Rat& c) {
  if (c.is_zero()) return point(Rat(0));
  Interval out;
  const bool flip = c.sign() < 0;
  const Bound& lo = flip ? x.hi : x.lo;
  const Bound& hi = flip ? x.lo : x.hi;
  if (lo) out.lo = *lo * c;
  if (hi) out.hi = *hi * c;
  out.lo_open = flip ? x.hi_open : x.lo_open;
  out.hi_open = flip ? x.lo_open : x.hi_open;
  return out;
}

bool positive(const Interval& x) { return x.lo && (x.lo->sign() > 0 || (x.lo->is_zero() && x.lo_open)); }
bool nonnegative(const Interval& x) { return x.lo && x.lo->sign() >= 0; }

Interval product(const Interval& x, const Interval& y) {
  Interval out;
  if (x.lo && x.hi && y.lo && y.hi) {
    const Rat c[] = {*x.lo * *y.lo, *x.lo * *y.hi, *x.hi * *y.lo, *x.hi * *y.hi};
    out.lo = *std::min_element(std::begin(c), std::end(c));
    out.hi = *std::max_element(std::begin(c), std::end(c));
  } else if (nonnegative(x) && nonnegative(y)) {
    out.lo = *x.lo * *y.lo;
  }
  if (positive(x) && positive(y) && out.lo && out.lo->is_zero()) out.lo_open = true;
  return out;
}

Interval meet(const Interval& x, const Interval& y) {
  Interval out = x;
  if (y.lo && (!out.lo || *y.lo > *out.lo)) {
    out.lo = y.lo;
    out.lo_open = y.lo_open;
  }
  if (y.hi && (!out.hi || *y.hi < *out.hi)) {
    out.hi = y.hi;
    out.hi_open = y.hi_open;
  }
  return out;
}

Interval hull(const Interval& x, const Interval& y) {
  Interval out;
  if (x.lo && y.lo) {
    out.lo = std::min(*x.lo, *y.lo);
    out.lo_open = (*x.lo == *out.lo ? x.lo_open : true) && (*y.lo == *out.lo ? y.lo_open : true);
  }
  if (x.hi && y.hi) {
    out.hi = std::max(*x.hi, *y.hi);
    out.hi_open = (*x.hi == *out.hi ? x.hi_open : true) && (*y.hi == *out.hi ? y.hi_open : true);
  }
  return out;
}

Rat power_of(const Rat& x, std::uint32_t n) {
  Rat out(1);
  for (std::uint32_t i = 0; i < n; ++i) out = out * x;
  return out;
}

Interval power(const Interval& x, std::uint32_t n) {
  const bool even = n % 2 == 0;
  if (n > 8) {  // bounds would grow without use; keep the sign
    Interval out;
    if (even || nonnegative(x)) out.lo = Rat(0);
    out.lo_open = out.lo && positive(x);
    return out;
  }
  Interval out;
  if (!even || nonnegative(x)) {
    if (x.lo) out.lo = power_of(*x.lo, n);
    if (x.hi) out.hi = power_of(*x.hi, n);
    out.lo_open = x.lo_open;
    out.hi_open = x.hi_open;
    return out;
  }
  out.lo = Rat(0);
  if (x.hi && x.hi->sign() <= 0) {
    out.lo = power_of(*x.hi, n);
    out.lo_open = x.hi_open;
  }
  if (x.lo && x.hi) out.hi = power_of(std::max(-*x.lo, *x.hi), n);
  return out;
}

void round_to_integers(Interval& i) {
  if (i.lo) i.lo = Rat(i.lo_open ? i.lo->floor() + BigInt(1) : i.lo->ceil());
  if (i.hi) i.hi = Rat(i.hi_open ? i.hi->ceil() - BigInt(1) : i.hi->floor());
  i.lo_open = i.hi_open = false;
}

Interval plain(Core& core, const Poly& p) {
  Interval out = point(Rat(0));
  for (const Monomial& t : p) {
    core.budget.step();
    std::optional<Interval> value;
    for (const auto& [atom, n] : core.mono(t.m).factors) {
      const Interval i = core.atom_interval(atom);
      const Interval raised = n == 1 ? i : power(i, n);
      value = value ? product(*value, raised) : raised;
    }
    out = sum(out, times(value.value_or(point(Rat(1))), t.c));
    if (!out.bounded()) break;
  }
  return out;
}

// A - b*floordiv(A, b) lies in [0, b-1] for constant b >= 1: replaces one quotient by (A - r)/b. False when there is none.
bool relax_one(Core& core, Poly& p, Interval& rest) {
  for (const Monomial& t : p) {
    const auto& factors = core.mono(t.m).factors;
    if (factors.size() != 1 || factors[0].second != 1) continue;
    const Node& q = core.node(factors[0].first);
    if (q.kind != Kind::App || q.name != core.n_floordiv) continue;
    const std::optional<Rat> b = core.constant(core.node(q.args[1]).poly);
    if (!b || b->sign() <= 0) continue;
    const Rat c = t.c / *b;
    const Interval r = {Rat(0), *b - Rat(1), false, false};
    rest = sum(rest, times(r, -c));
    const Poly numerator = core.node(q.args[0]).poly;
    Poly without;
    for (const Monomial& u : p) {
      if (u.m != t.m) without.push_back(u);
    }
    p = core.add(without, numerator, c);
    return true;
  }
  return false;
}

}  // namespace

Interval Core::atom_interval(Id atom) const {
  const auto found = intervals_.find(atom);
  return found == intervals_.end() ? Interval{} : found->second;
}

Interval Core::interval(const Poly& p) {
  Interval out = plain(*this, p);
  const bool integer = all_int_atoms(p) && std::all_of(p.begin(), p.end(), [](const Monomial& t) { return t.c.is_int(); });
  const Quiet quiet(*this);
  Poly relaxed = p;
  Interval rest = point(Rat(0));
  for (int round = 0; round < 4 && relax_one(*this, relaxed, rest); ++round) {
    out = meet(out, sum(rest, plain(*this, relaxed)));
  }
  if (integer) round_to_integers(out);
  return out;
}

Interval Core::tree_interval(Id tree) {
  Interval out;
  bool first = true;
  for (const Id leaf : tree_leaves(tree)) {
    const Node& n = node(leaf);
    Interval i;
    if (n.kind == Kind::Poly) i = interval(n.poly);
    out = first ? i : hull(out, i);
    first = false;
  }
  return out;
}

}  // namespace lift
