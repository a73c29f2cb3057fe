// The methods of Context that bind variables: big, exists, open_big, close_big.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "coerce.hpp"
#include "tiles.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace lift {
namespace {

Id symbol(const Context& c, const Handle& h) {
  own(c, h);
  const Id id = h.bare();
  const Node& n = c.core->node(id);
  if (n.kind != Kind::Sym || !n.meta.is_int) throw std::invalid_argument("an integer symbol is needed");
  return id;
}

std::vector<Id> symbols(const Context& c, const Handles& hs) {
  std::vector<Id> out;
  for (const Handle& h : hs) {
    out.push_back(symbol(c, h));
    if (std::count(out.begin(), out.end(), out.back()) != 1) throw std::invalid_argument("a symbol is given twice");
  }
  return out;
}

void integer_leaves(const Context& c, Id t, const char* what) {
  for (const Id leaf : c.core->tree_leaves(t)) {
    const Node& n = c.core->node(leaf);
    const bool good = n.kind == Kind::Undef || (n.kind == Kind::Poly && n.meta.is_int);
    if (!good) throw std::invalid_argument(std::string(what) + " must be finite integers");
  }
}

struct Scope {
  Id sym;
  Id cond;
  std::vector<Interval> range;
};

// lo <= var < hi
Scope scope_of(const Context& c, const Handle& var, const Handle& lo, const Handle& hi) {
  Core& core = *c.core;
  Scope out{symbol(c, var), core.yes, {}};
  const Id low = numeric(c, lo);
  const Id high = numeric(c, hi);
  const Id syms[] = {out.sym};
  for (const Id bound : {low, high}) {
    integer_leaves(c, bound, "the bounds of a big operator");
    closed(c, bound);
    if (core.mentions(bound, syms)) throw std::invalid_argument("a bound mentions the bound variable");
  }
  Interval range{core.tree_interval(low).lo, core.tree_interval(high).hi};
  if (range.hi) range.hi = *range.hi - Rat(1);
  out.range.push_back(range);
  const Id k = core.atom_poly(out.sym);
  const Id above = core.apply(Op::Ge, k, low);
  out.cond = core.apply(Op::And, above, core.apply(Op::Gt, high, k));
  return out;
}

BigKind kind_of(const Context& c, const std::string& text) {
  const auto kind = c.core->big_kind(c.core->name(text));
  if (!kind) throw std::invalid_argument("unknown big operator '" + text + "'");
  return *kind;
}

Handle big(const Context& c, const std::string& kind, const Handle& var, const Handle& lo, const Handle& hi,
           const Handle& body, std::optional<Handle> dom) {
  Core& core = *c.core;
  const BigKind k = kind_of(c, kind);
  Scope s = scope_of(c, var, lo, hi);
  const Id b = numeric(c, body);
  closed(c, b);
  if (dom) {
    const Id d = boolean(c, *dom);
    closed(c, d);
    s.cond = core.apply(Op::And, s.cond, d);
  }
  const Id syms[] = {s.sym};
  return give(c, core.close(k, syms, s.cond, b, s.range));
}

Handle exists(const Context& c, const Handle& var, const Handle& lo, const Handle& hi, const Handle& cond) {
  Core& core = *c.core;
  const Scope s = scope_of(c, var, lo, hi);
  const Id inner = boolean(c, cond);
  closed(c, inner);
  const Id syms[] = {s.sym};
  return give(c, core.close_exists(syms, core.apply(Op::And, s.cond, inner), s.range));
}

struct Sides {
  bool below = false;
  bool above = false;
};

// Which way `scale * p >= 0` bounds the symbol, also through quotients by constants.
void note_bounds(const Core& core, Id sym, const Poly& p, int scale, Sides& out) {
  for (const Monomial& t : p) {
    const auto& f = core.mono(t.m).factors;
    if (f.size() != 1 || f[0].second != 1) continue;
    const int sign = t.c.sign() * scale;
    const Node& n = core.node(f[0].first);
    if (f[0].first == sym) {
      out.below = out.below || sign > 0;
      out.above = out.above || sign < 0;
    } else if (n.kind == Kind::App && n.name == core.n_floordiv && core.constant(core.node(n.args[1]).poly)) {
      note_bounds(core, sym, core.node(n.args[0]).poly, sign, out);
    }
  }
}

// Every variable needs a lower and an upper bound among the literals, or a range of its own.
void need_bounds(const Core& core, Id sym, const Lits& lits) {
  const Interval own_range = core.atom_interval(sym);
  Sides sides{own_range.lo.has_value(), own_range.hi.has_value()};
  for (const Lit l : lits) {
    const Node& n = core.node(l.id);
    if (n.kind != Kind::Ge && !(n.kind == Kind::Eq && l.pos)) continue;
    const Poly& p = core.node(n.args[0]).poly;
    note_bounds(core, sym, p, l.pos ? 1 : -1, sides);
    if (n.kind == Kind::Eq) note_bounds(core, sym, p, -1, sides);
  }
  if (!sides.below || !sides.above) throw std::invalid_argument("'" + core.text(core.node(sym).name) + "' has no finite bounds");
}

Handle close_big(const Context& c, const std::string& kind, const Handles& syms,
                 const std::vector<std::pair<Handle, bool>>& domain, const Handle& body) {
  Core& core = *c.core;
  const BigKind k = kind_of(c, kind);
  const std::vector<Id> ids = symbols(c, syms);
  const Id b = numeric(c, body);
  closed(c, b);
  Id cond = core.yes;
  Lits lits;
  for (const auto& [h, pos] : domain) {
    const Id t = boolean(c, h);
    closed(c, t);
    if (core.node(h.bare()).kind >= Kind::Ge) lits.push_back({h.bare(), pos});
    cond = core.apply(Op::And, cond, pos ? t : core.negate_bool(t));
  }
  std::vector<Interval> ranges;
  for (const Id s : ids) {
    need_bounds(core, s, lits);
    ranges.push_back(core.constant_range(s, lits));
  }
  return give(c, core.close(k, ids, cond, b, ranges));
}

nb::tuple open_big(const Context& c, const Handle& term, const Handles& syms) {
  own(c, term);
  Core& core = *c.core;
  const Id id = term.bare();
  const Node& n = core.node(id);
  if (n.kind != Kind::Big && n.kind != Kind::Exists) throw std::invalid_argument("not a big operator");
  closed(c, id);
  const std::vector<Id> ids = symbols(c, syms);
  if (ids.size() != n.num) throw std::invalid_argument("wrong number of symbols");
  if (core.mentions(id, ids)) throw std::invalid_argument("a symbol already occurs in the term");
  const nb::tuple domain = tuple_of(n.domain, [&](Lit l) {
    const Lit opened = core.instantiate(l, ids);
    return nb::make_tuple(give(c, opened.id), opened.pos);
  });
  return nb::make_tuple(domain, give(c, n.kind == Kind::Big ? core.instantiate(n.args[0], ids) : core.yes));
}

Handle merge(const Context& c, const Handle& term, const std::vector<std::pair<Handle, bool>>& facts) {
  own(c, term);
  const Id t = any(c, term);
  closed(c, t);
  Lits lits;
  for (const auto& [h, pos] : facts) {
    const Id fact = boolean(c, h);
    closed(c, fact);
    const Node& n = c.core->node(fact);
    if (n.kind != Kind::Ite) continue;  // true and false say nothing
    if (!c.core->is_leaf(n.args[1]) || !c.core->is_leaf(n.args[2])) throw std::invalid_argument("a fact must be one literal");
    lits.push_back({n.args[0], pos == (n.args[1] == c.core->yes)});
  }
  std::sort(lits.begin(), lits.end(), [&](Lit x, Lit y) { return x.id == y.id ? x.pos < y.pos : c.core->lit_less(x.id, y.id); });
  lits.erase(std::unique(lits.begin(), lits.end()), lits.end());
  return give(c, merge_tiles(*c.core, t, lits));
}

}  // namespace

void bind_binders(nb::class_<Context>& cls) {
  cls.def("big", big, "kind"_a, "var"_a, "lo"_a, "hi"_a, "body"_a, nb::kw_only(), "dom"_a = nb::none());
  cls.def("exists", exists, "var"_a, "lo"_a, "hi"_a, "cond"_a);
  cls.def("open_big", open_big, "term"_a, "syms"_a);
  cls.def("close_big", close_big, "kind"_a, "syms"_a, "domain"_a, "body"_a);
  cls.def("merge_tiles", merge, "term"_a, "facts"_a = nb::tuple());
}

}  // namespace lift
