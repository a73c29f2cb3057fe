// Named functions and predicates on leaves, with the few laws that _core.pyi lists; lifting to trees.
#include <algorithm>

#include "core.hpp"

namespace lift {
namespace {

constexpr std::size_t kMaxCompared = 64;  // operands of an n-ary max that are compared pairwise

bool is_positive(const Interval& i) { return i.lo && (i.lo->sign() > 0 || (i.lo->is_zero() && i.lo_open)); }
bool is_negative(const Interval& i) { return i.hi && (i.hi->sign() < 0 || (i.hi->is_zero() && i.hi_open)); }

Interval extremum_interval(Core& core, const std::vector<Id>& args, bool is_max) {
  Interval out;
  bool all_near = true;  // the bound on the side away from the extremum's reach needs one operand, the other needs all
  for (const Id arg : args) {
    const Interval i = core.interval(core.node(arg).poly);
    const std::optional<Rat>& strong = is_max ? i.lo : i.hi;
    std::optional<Rat>& best = is_max ? out.lo : out.hi;
    if (strong && (!best || (is_max ? *strong > *best : *strong < *best))) best = strong;
    const std::optional<Rat>& weak = is_max ? i.hi : i.lo;
    std::optional<Rat>& worst = is_max ? out.hi : out.lo;
    if (!weak) all_near = false;
    if (weak && (!worst || (is_max ? *weak > *worst : *weak < *worst))) worst = weak;
  }
  if (!all_near) (is_max ? out.hi : out.lo).reset();
  return out;
}

Interval recip_interval(const Interval& i) {
  Interval out;
  if (is_positive(i)) {
    out.lo = Rat(0);
    out.lo_open = true;
    if (i.lo->sign() > 0) out.hi = i.lo->inverse();
  } else if (is_negative(i)) {
    out.hi = Rat(0);
    out.hi_open = true;
    if (i.hi->sign() < 0) out.lo = i.hi->inverse();
  }
  return out;
}

Interval floordiv_interval(const Interval& a, const Interval& b) {
  Interval out;
  if (!b.lo || b.lo->sign() <= 0) return out;
  const auto divide = [](const Rat& x, const Rat& y) { return Rat((x / y).floor()); };
  if (a.lo) {
    if (a.lo->sign() < 0) out.lo = divide(*a.lo, *b.lo);
    if (a.lo->sign() >= 0) out.lo = b.hi ? divide(*a.lo, *b.hi) : Rat(0);
  }
  if (a.hi) {
    if (a.hi->sign() >= 0) out.hi = divide(*a.hi, *b.lo);
    if (a.hi->sign() < 0) out.hi = b.hi ? divide(*a.hi, *b.hi) : Rat(-1);
  }
  return out;
}

}  // namespace

Id Core::app_atom(NameId f, std::vector<Id> args, bool is_int, const Interval& range) {
  Node n{.kind = Kind::App};
  n.name = f;
  n.meta.is_int = is_int;
  const bool derived = f == n_exp || f == n_exp2 || f == n_recip || f == n_floordiv || f == n_max || f == n_min ||
                       f == n_abs || f == n_sqrt;
  n.args = std::move(args);
  const std::size_t before = size();
  const Id id = intern(std::move(n), derived ? Interval{} : range);
  if (!derived || size() == before) return id;
  const std::vector<Id>& xs = node(id).args;
  const auto of = [&](std::size_t i) { return interval(node(xs[i]).poly); };
  Interval bound;
  if (f == n_exp || f == n_exp2) bound = {Rat(0), std::nullopt, true, false};
  if (f == n_sqrt) bound = {Rat(0), std::nullopt, false, false};
  if (f == n_recip) bound = recip_interval(of(0));
  if (f == n_floordiv) bound = floordiv_interval(of(0), of(1));
  if (f == n_max || f == n_min) bound = extremum_interval(*this, xs, f == n_max);
  if (f == n_abs) {
    const Interval i = of(0);
    bound.lo = Rat(0);
    if (i.lo && i.hi) bound.hi = std::max(i.lo->abs(), i.hi->abs());
  }
  note_interval(id, bound);
  return id;
}

Id Core::exp_atom(NameId f, Id poly_arg) { return app_atom(f, {poly_arg}, false); }

namespace {

// (atom, c) where the polynomial is c*f(...) with c > 0.
std::optional<std::pair<Id, Rat>> scaled_atom(const Core& core, const Poly& p, NameId f) {
  if (p.size() != 1 || p[0].c.sign() <= 0) return std::nullopt;
  const Factors& factors = core.mono(p[0].m).factors;
  if (factors.size() != 1 || factors[0].second != 1) return std::nullopt;
  const Node& n = core.node(factors[0].first);
  if (n.kind != Kind::App || n.name != f) return std::nullopt;
  return std::pair{factors[0].first, p[0].c};
}

// The largest rational of which all coefficients are integer multiples.
Rat content(const Core& core, const std::vector<Id>& leaves) {
  BigInt num;
  BigInt den(1);
  for (const Id leaf : leaves) {
    for (const Monomial& t : core.node(leaf).poly) {
      num = gcd(num, t.c.num());
      den = floor_div(den * t.c.den(), gcd(den, t.c.den()));
    }
  }
  return Rat(num, den);
}

// n-ary max or min of leaves: flattened, sorted, idempotent, constants folded, decided by interval, a common positive
// factor taken out.
Id extremum(Core& core, NameId f, const std::vector<Id>& args) {
  const bool is_max = f == core.n_max;
  std::vector<Id> xs;
  std::optional<Rat> folded;
  std::vector<Id> queue(args.rbegin(), args.rend());
  while (!queue.empty()) {
    const Id x = queue.back();
    queue.pop_back();
    const Node& n = core.node(x);
    if (n.kind == Kind::Inf) {
      if ((n.num == 1) == is_max) return x;  // the callers have no undef left
      continue;
    }
    if (const auto inner = scaled_atom(core, n.poly, f)) {
      for (const Id arg : std::vector<Id>(core.node(inner->first).args)) {
        queue.push_back(core.poly(core.scale(Poly(core.node(arg).poly), inner->second)));
      }
      continue;
    }
    if (const auto c = core.constant(n.poly)) {
      if (!folded || (is_max ? *c > *folded : *c < *folded)) folded = *c;
      continue;
    }
    xs.push_back(x);
  }
  if (folded) xs.push_back(core.number(*folded));
  core.sort_by_key(xs);
  xs.erase(std::unique(xs.begin(), xs.end()), xs.end());
  if (xs.size() <= kMaxCompared) {
    for (std::size_t i = 0; i < xs.size(); ++i) {
      for (std::size_t j = 0; j < xs.size(); ++j) {
        if (i == j) continue;
        Interval d;
        {
          const Core::Quiet quiet(core);
          d = core.interval(core.add(core.node(xs[j]).poly, core.node(xs[i]).poly, Rat(-1)));
        }
        if (is_max ? !(d.lo && d.lo->sign() >= 0) : !(d.hi && d.hi->sign() <= 0)) continue;
        core.drop(xs[i]);
        xs.erase(xs.begin() + static_cast<std::ptrdiff_t>(i));
        --i;
        break;
      }
    }
  }
  if (xs.empty()) return is_max ? core.neg_inf : core.pos_inf;
  if (xs.size() == 1) return xs[0];
  const Rat factor = content(core, xs);
  if (!factor.is_one()) {
    for (Id& x : xs) x = core.poly(core.scale(Poly(core.node(x).poly), factor.inverse()));
    core.sort_by_key(xs);
  }
  const bool integer = std::all_of(xs.begin(), xs.end(), [&](Id x) { return core.node(x).meta.is_int; });
  const Id atom = core.app_atom(f, std::move(xs), integer);
  return core.poly(core.scale(Poly(core.node(core.atom_poly(atom)).poly), factor));
}

Id absolute(Core& core, Id x) {
  const Node& n = core.node(x);
  if (n.kind == Kind::Inf) return core.pos_inf;
  if (const auto c = core.constant(n.poly)) return core.number(c->abs());
  const Interval i = core.interval(n.poly);
  if (i.lo && i.lo->sign() >= 0) return x;
  const Id negated = core.poly(core.scale(n.poly, Rat(-1)));
  if (i.hi && i.hi->sign() <= 0) return negated;
  const Rat& lead = n.poly[0].m == 0 ? n.poly[1].c : n.poly[0].c;
  return core.atom_poly(core.app_atom(core.n_abs, {lead.sign() > 0 ? x : negated}, n.meta.is_int));
}

// Bit operations of integers as n-ary functions: sorted, identity dropped, idempotent but for bxor.
Id bitwise(Core& core, NameId f, std::vector<Id> args) {
  const Id neutral = f == core.n_band ? core.minus_one : core.zero;
  std::vector<Id> xs;
  while (!args.empty()) {
    const Id x = args.back();
    args.pop_back();
    if (x == neutral) continue;
    const Id atom = core.single_atom(x);
    if (atom != kNone && core.node(atom).kind == Kind::App && core.node(atom).name == f) {
      for (const Id inner : core.node(atom).args) args.push_back(inner);
      continue;
    }
    xs.push_back(x);
  }
  core.sort_by_key(xs);
  if (f != core.n_bxor) {
    xs.erase(std::unique(xs.begin(), xs.end()), xs.end());
  } else {
    std::vector<Id> odd;
    for (const Id x : xs) {
      if (!odd.empty() && odd.back() == x) {
        odd.pop_back();
        core.drop(x);
      } else {
        odd.push_back(x);
      }
    }
    xs = std::move(odd);
  }
  if (xs.empty()) return neutral;
  if (xs.size() == 1) return xs[0];
  return core.atom_poly(core.app_atom(f, std::move(xs), true));
}

}  // namespace

Id Core::leaf_app(NameId f, const std::vector<Id>& args, bool is_int, const Interval& range) {
  const Guard guard(budget);
  if (std::find(args.begin(), args.end(), undef) != args.end()) return undef;
  const auto arity = [&](std::size_t n) {
    if (args.size() != n) throw std::invalid_argument("'" + text(f) + "' takes " + std::to_string(n) + " argument(s)");
  };
  if (f == n_max || f == n_min) return extremum(*this, f, args);
  if (f == n_exp || f == n_exp2) {
    arity(1);
    if (args[0] == pos_inf) return pos_inf;
    if (args[0] == neg_inf) return zero;
    if (args[0] == zero) return one;
    return atom_poly(exp_atom(f, args[0]));
  }
  if (f == n_recip) {
    arity(1);
    return leaf_recip(args[0]);
  }
  if (f == n_floordiv) {
    arity(2);
    return leaf_floordiv(args[0], args[1]);
  }
  if (f == n_abs) {
    arity(1);
    return absolute(*this, args[0]);
  }
  if (f == n_log && args.size() == 1 && args[0] == pos_inf) return pos_inf;
  if (f == n_sqrt && args.size() == 1 && (args[0] == zero || args[0] == one)) return args[0];
  for (const Id x : args) {
    if (node(x).kind == Kind::Inf) return undef;
  }
  if ((f == n_band || f == n_bor || f == n_bxor) &&
      std::all_of(args.begin(), args.end(), [&](Id x) { return node(x).meta.is_int; }) && !range.bounded()) {
    return bitwise(*this, f, args);
  }
  return atom_poly(app_atom(f, args, is_int, range));
}

Id Core::leaf_bapp(NameId f, const std::vector<Id>& args) {
  if (std::find(args.begin(), args.end(), undef) != args.end()) return bundef;
  for (const Id x : args) {
    if (node(x).kind != Kind::Inf) continue;
    if (args.size() != 1) return bundef;
    if (text(f) == "isnan" || text(f) == "isfinite") return no;
    return text(f) == "isinf" ? yes : bundef;
  }
  Node n{.kind = Kind::BApp};
  n.name = f;
  n.args = args;
  return lit_tree({intern(std::move(n)), true});
}

Id Core::app(std::string_view f, const std::vector<Id>& args, bool is_int, const Interval& range) {
  const NameId n = name(f);
  if (n == n_floordiv && args.size() == 2) return floordiv(args[0], args[1]);
  return lift(args, [&](const std::vector<Id>& xs) { return leaf_app(n, xs, is_int, range); });
}

Id Core::bapp(std::string_view f, const std::vector<Id>& args) {
  const NameId n = name(f);
  return lift(args, [&](const std::vector<Id>& xs) { return leaf_bapp(n, xs); });
}

Id Core::read(std::string_view array, const std::vector<Id>& index, bool is_int, const Interval& range) {
  Node pattern{.kind = Kind::Read};
  pattern.name = name(array);
  pattern.meta.is_int = is_int;
  return lift(index, [&](const std::vector<Id>& xs) { return rebuild_atom(pattern, xs, range); });
}

// A read or an application like `n` at other leaves. `range` holds the attributes of `n`.
Id Core::rebuild_atom(const Node& n, const std::vector<Id>& args, const Interval& range) {
  if (n.kind == Kind::App) return leaf_app(n.name, args, n.meta.is_int, range);
  for (const Id x : args) {
    if (x == undef || node(x).kind == Kind::Inf) return undef;
  }
  Node out{.kind = Kind::Read};
  out.name = n.name;
  out.args = args;
  out.meta.is_int = n.meta.is_int;
  return atom_poly(intern(std::move(out), range));
}

}  // namespace lift
