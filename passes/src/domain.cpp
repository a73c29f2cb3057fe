// Domains: conjunctions of literals over bound symbols. Normal form, bounds, one-point rule, exact elimination.
#include <algorithm>
#include <numeric>

#include "core.hpp"
#include "linear.hpp"

namespace lift {
namespace {

// What a domain says of one linear form: lower <= form <= upper and form != excluded.
struct Bounds {
  std::optional<BigInt> lower;
  std::optional<BigInt> upper;
  std::vector<BigInt> excluded;
};

// Tightens at excluded end points; false when nothing is left.
bool settle(Bounds& b) {
  std::sort(b.excluded.begin(), b.excluded.end());
  b.excluded.erase(std::unique(b.excluded.begin(), b.excluded.end()), b.excluded.end());
  for (const BigInt& x : b.excluded) {
    if (b.lower && *b.lower == x) b.lower = x + BigInt(1);
  }
  for (std::size_t i = b.excluded.size(); i-- > 0;) {
    if (b.upper && *b.upper == b.excluded[i]) b.upper = b.excluded[i] - BigInt(1);
  }
  std::erase_if(b.excluded, [&](const BigInt& x) { return (b.lower && x < *b.lower) || (b.upper && x > *b.upper); });
  return !(b.lower && b.upper && *b.lower > *b.upper);
}

}  // namespace

std::optional<Rat> linear_coefficient(Core& core, Id sym, const Poly& p) {
  std::optional<Rat> out;
  const Id one_sym[] = {sym};
  for (const Monomial& t : p) {
    const auto& f = core.mono(t.m).factors;
    if (f.size() == 1 && f[0].first == sym && f[0].second == 1) {
      out = t.c;
      continue;
    }
    for (const auto& [atom, n] : f) {
      if (core.mentions(atom, one_sym)) return std::nullopt;
    }
  }
  return out;
}

Poly without(const Core& core, Id sym, const Poly& p) {
  Poly out;
  for (const Monomial& t : p) {
    const auto& f = core.mono(t.m).factors;
    if (f.size() != 1 || f[0].first != sym) out.push_back(t);
  }
  return out;
}

namespace {

// An `exists` of one variable says nothing where the other literals hold with a bound symbol in its place.
void drop_witnessed(Core& core, Lits& lits, std::span<const Id> syms) {
  for (std::size_t at = lits.size(); at-- > 0;) {
    const Lit l = lits[at];
    if (!l.pos || core.node(l.id).kind != Kind::Exists || core.node(l.id).num != 1) continue;
    const Lits inner = core.node(l.id).domain;
    const bool witnessed = std::any_of(syms.begin(), syms.end(), [&](Id s) {
      const Id place[] = {s};
      if (core.mentions(l.id, place)) return false;
      return std::all_of(inner.begin(), inner.end(), [&](Lit x) {
        const Lit here = core.instantiate(x, place);
        return std::find(lits.begin(), lits.end(), here) != lits.end();
      });
    });
    if (witnessed) lits.erase(lits.begin() + static_cast<std::ptrdiff_t>(at));
  }
}

}  // namespace

const Core::Domain& Core::normal_domain(const Lits& lits, std::span<const Id> syms) {
  std::vector<std::uint64_t> k;
  for (const Lit l : lits) k.push_back(2 * std::uint64_t{l.id} + (l.pos ? 1 : 0));
  k.push_back(~std::uint64_t{0});
  for (const Id s : syms) k.push_back(s);
  const auto known = domains_.find(k);
  if (known != domains_.end()) return known->second;
  Domain d = bounds_merged(lits);
  drop_witnessed(*this, d.lits, syms);
  if (!d.empty && !drop_implied(*this, d.lits, syms)) d = {true, {}};
  budget.charge_bytes(16 * k.size() + 128);
  return domains_.emplace(std::move(k), std::move(d)).first->second;
}

// One tightest bound in each direction for every linear form, equalities where they meet.
Core::Domain Core::bounds_merged(const Lits& lits) {
  std::map<Key, std::pair<Id, Bounds>> forms;  // by the key of the linear form
  Domain out;
  const auto add_lit = [&](Lit l) {
    const Node& n = node(l.id);
    const bool integer = (n.kind == Kind::Ge || n.kind == Kind::Eq) && is_int_literal(l.id);
    if (!integer) {
      out.lits.push_back(l);
      return;
    }
    const Poly& p = node(n.args[0]).poly;
    const BigInt c = constant_part(p).num();
    Poly form = p;
    if (!c.is_zero()) form.erase(form.begin());
    const Id form_id = poly(std::move(form));
    auto& [id, b] = forms[key(form_id)];
    id = form_id;
    const auto raise = [&](const BigInt& v) {
      if (!b.lower || v > *b.lower) b.lower = v;
    };
    const auto lower = [&](const BigInt& v) {
      if (!b.upper || v < *b.upper) b.upper = v;
    };
    if (n.kind == Kind::Ge) {
      l.pos ? raise(-c) : lower(-c - BigInt(1));
    } else if (l.pos) {
      raise(-c);
      lower(-c);
    } else {
      b.excluded.push_back(-c);
    }
  };
  for (const Lit l : lits) add_lit(l);
  for (auto& [k, entry] : forms) {
    auto& [form_id, b] = entry;
    if (!settle(b)) return {true, {}};
    const Poly form = node(form_id).poly;
    const auto shifted = [&](const BigInt& v) { return add(constant_poly(Rat(-v)), form); };
    if (b.lower && b.upper && *b.lower == *b.upper) {
      out.lits.push_back(raw_eq(shifted(*b.lower)));
      continue;
    }
    if (b.lower) out.lits.push_back(raw_ge(shifted(*b.lower)));
    if (b.upper) out.lits.push_back(raw_ge(scale(shifted(*b.upper), Rat(-1))));
    for (const BigInt& x : b.excluded) {
      const Lit e = raw_eq(shifted(x));
      out.lits.push_back({e.id, !e.pos});
    }
  }
  std::sort(out.lits.begin(), out.lits.end(), [this](Lit x, Lit y) {
    return x.id == y.id ? x.pos < y.pos : lit_less(x.id, y.id);
  });
  out.lits.erase(std::unique(out.lits.begin(), out.lits.end()), out.lits.end());
  for (std::size_t i = 1; i < out.lits.size(); ++i) {
    if (out.lits[i].id == out.lits[i - 1].id) return {true, {}};
  }
  return out;
}

bool Core::infeasible(const Lits& lits, std::span<const Id> syms) { return normal_domain(lits, syms).empty; }

void Core::range_lits(std::span<const Id> syms, Lits& out) {
  for (const Id s : syms) {
    const Interval i = atom_interval(s);
    const Poly p = node(atom_poly(s)).poly;
    if (i.lo) out.push_back(raw_ge(add(constant_poly(-*i.lo), p)));
    if (i.hi) out.push_back(raw_ge(add(constant_poly(*i.hi), p, Rat(-1))));
  }
}

// Constant bounds of the symbol: from literals linear in it, with the ranges of what else they mention.
Interval Core::constant_range(Id sym, const Lits& lits) {
  Interval out;
  const auto bound = [&](const Rat& c, const Interval& rest, const Rat& shift) {  // c*sym + rest - shift >= 0
    if (!rest.hi) return;
    const Rat end = (shift - *rest.hi) / c;
    if (c.sign() > 0) {
      const Rat lo(end.ceil());
      if (!out.lo || lo > *out.lo) out.lo = lo;
    } else {
      const Rat hi(end.floor());
      if (!out.hi || hi < *out.hi) out.hi = hi;
    }
  };
  for (const Lit l : lits) {
    const Node& n = node(l.id);
    if ((n.kind != Kind::Ge && !(n.kind == Kind::Eq && l.pos)) || !is_int_literal(l.id)) continue;
    const Poly& p = node(n.args[0]).poly;
    const auto c = linear_coefficient(*this, sym, p);
    if (!c) continue;
    const Interval rest = interval(without(*this, sym, p));
    const Interval negated{rest.hi ? std::optional(-*rest.hi) : std::nullopt, rest.lo ? std::optional(-*rest.lo) : std::nullopt};
    if (l.pos) bound(*c, rest, Rat(0));
    if (!l.pos || n.kind == Kind::Eq) bound(-*c, negated, Rat(l.pos ? 0 : 1));
  }
  return out;
}

std::optional<Poly> Core::solve_for(Id sym, Lit l) {
  const Node& n = node(l.id);
  if (n.kind != Kind::Eq || !l.pos || !is_int_literal(l.id)) return std::nullopt;
  const Poly p = node(n.args[0]).poly;
  const auto c = linear_coefficient(*this, sym, p);
  if (!c || !c->abs().is_one()) return std::nullopt;
  return scale(without(*this, sym, p), -*c);
}

// A symbol with one value at most: from an equality, or from 0 <= c*sym + R < w with w <= |c|, whose sym is a quotient.
namespace {

// The one k with 0 <= c*k + rest < |c|.
Id window_start(Core& core, const Rat& c, const Poly& rest) {
  const Poly numerator = c.sign() > 0 ? core.add(core.constant_poly(c - Rat(1)), rest, Rat(-1)) : rest;
  return core.leaf_floordiv(core.poly(numerator), core.number(c.abs()));
}

}  // namespace

std::optional<Core::Solved> Core::solved(std::span<const Id> syms, const Lits& lits) {
  for (std::size_t i = 0; i < syms.size(); ++i) {
    for (const Lit l : lits) {
      if (const auto e = solve_for(syms[i], l)) return Solved{i, poly(*e), {l}};
    }
  }
  for (const Lit l : lits) {  // c*k + R == 0: a window of width 1; used where one number is in it, and the literal stays
    if (!l.pos || node(l.id).kind != Kind::Eq || !is_int_literal(l.id)) continue;
    const Poly p = node(node(l.id).args[0]).poly;
    for (std::size_t i = 0; i < syms.size(); ++i) {
      const auto c = linear_coefficient(*this, syms[i], p);
      const Poly rest = without(*this, syms[i], p);
      if (!c || mentions(poly(rest), syms)) continue;
      const Id value = window_start(*this, *c, rest);
      if (constant(node(value).poly)) return Solved{i, value, {}};
    }
  }
  for (const Lit above : lits) {
    if (!above.pos || node(above.id).kind != Kind::Ge || !mentions(above.id, syms)) continue;
    const Poly p = node(node(above.id).args[0]).poly;
    for (const Lit below : lits) {
      if (below.pos || node(below.id).kind != Kind::Ge) continue;
      const auto width = constant(add(p, node(node(below.id).args[0]).poly, Rat(-1)));  // p >= 0 and p - width < 0
      if (!width) continue;
      for (std::size_t i = 0; i < syms.size(); ++i) {
        const auto c = linear_coefficient(*this, syms[i], p);
        if (!c || *width > c->abs()) continue;
        const Id value = window_start(*this, *c, without(*this, syms[i], p));
        return Solved{i, value, *width == c->abs() ? Lits{above, below} : Lits{}};
      }
    }
  }
  return std::nullopt;
}

std::optional<Core::Sides> Core::sides(Id sym, const Lits& lits) {
  Sides out;
  const Id one_sym[] = {sym};
  for (const Lit l : lits) {
    if (!mentions(l.id, one_sym)) {
      out.others.push_back(l);
      continue;
    }
    if (node(l.id).kind != Kind::Ge) return std::nullopt;
    Poly p = node(node(l.id).args[0]).poly;
    if (!l.pos) p = add(constant_poly(Rat(-1)), p, Rat(-1));
    const auto c = linear_coefficient(*this, sym, p);
    if (!c) return std::nullopt;
    const Poly rest = without(*this, sym, p);  // c*sym + rest >= 0
    if (c->sign() > 0) {
      out.lowers.push_back({*c, scale(rest, Rat(-1))});
    } else {
      out.uppers.push_back({-*c, rest});
    }
  }
  return out;
}

// The symbols split into groups that share a literal or one of `extra`.
std::vector<std::vector<Id>> Core::components(std::span<const Id> syms, const Lits& lits, std::span<const Id> extra) {
  std::vector<std::size_t> group(syms.size());
  std::iota(group.begin(), group.end(), 0);
  const auto join = [&](Id id) {
    std::size_t first = syms.size();
    for (std::size_t i = 0; i < syms.size(); ++i) {
      if (!mentions(id, syms.subspan(i, 1))) continue;
      if (first == syms.size()) {
        first = group[i];
        continue;
      }
      const std::size_t old = group[i];
      for (std::size_t& g : group) {
        if (g == old) g = first;
      }
    }
  };
  for (const Lit l : lits) join(l.id);
  for (const Id id : extra) join(id);
  std::vector<std::vector<Id>> out;
  for (std::size_t g = 0; g < syms.size(); ++g) {
    std::vector<Id> members;
    for (std::size_t i = 0; i < syms.size(); ++i) {
      if (group[i] == g) members.push_back(syms[i]);
    }
    if (!members.empty()) out.push_back(std::move(members));
  }
  return out;
}

Lits Core::about(const Lits& lits, std::span<const Id> syms) {
  Lits out;
  for (const Lit l : lits) {
    if (mentions(l.id, syms)) out.push_back(l);
  }
  return out;
}

// True exactly where some values of the symbols satisfy all literals.
Id Core::nonempty(std::vector<Id> syms, const Lits& lits) {
  const Guard guard(budget);
  const Domain d = normal_domain(lits, syms);
  if (d.empty) return no;
  Id closed = yes;
  Lits open_lits;
  for (const Lit l : d.lits) {
    if (mentions(l.id, syms)) {
      open_lits.push_back(l);
    } else {
      closed = apply(Op::And, closed, lit_tree(l));
    }
  }
  const auto without_sym = [&](std::size_t i) {
    std::vector<Id> others = syms;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    return others;
  };
  if (const auto e = solved(syms, open_lits)) {
    Lits rest;
    std::copy_if(open_lits.begin(), open_lits.end(), std::back_inserter(rest), [&](Lit x) { return !e->says(x); });
    const Id tree = subst(conj(rest), {{syms[e->place], e->value}});
    return apply(Op::And, closed, reduce_exists(without_sym(e->place), tree));
  }
  for (std::size_t i = 0; i < syms.size(); ++i) {
    const auto bounds = sides(syms[i], open_lits);
    if (!bounds || !bounds->exact()) continue;
    Id tree = conj(bounds->others);
    for (const Sides::Side& lo : bounds->lowers) {
      for (const Sides::Side& hi : bounds->uppers) {
        tree = apply(Op::And, tree, ge_zero(add(scale(hi.bound, lo.c), lo.bound, -hi.c)));
      }
    }
    return apply(Op::And, closed, reduce_exists(without_sym(i), tree));
  }
  for (const std::vector<Id>& group : components(syms, open_lits, {})) {
    const Lits mine = about(open_lits, group);
    closed = apply(Op::And, closed, mine.empty() ? yes : bind_exists(group, mine));
  }
  return closed;
}

}  // namespace lift
