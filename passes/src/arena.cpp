// Hash-consing: one node per content, keys computed at creation, names interned.
#include <algorithm>

#include "core.hpp"

namespace lift {
namespace {

constexpr const char* kPartial[] = {"recip", "log",   "log2", "sqrt",   "rsqrt",  "pow",    "asin",    "acos", "acosh", "atanh",
                                    "log1p", "log10", "fmod", "lgamma", "tgamma", "erfinv", "erfcinv", "tan",  "y0",    "y1"};
constexpr const char* kQuotients[] = {"floordiv", "tdiv"};  // partial where the divisor may be zero

void hash_bound(KeyBuilder& k, const std::optional<Rat>& bound) {
  k.add(bound.has_value() ? 1 : 0);
  if (bound) bound->hash_into(k);
}

bool has_attributes(Kind k) { return k == Kind::Sym || k == Kind::App || k == Kind::Read; }

}  // namespace

Core::Core(const Limits& limits) : budget(limits) {
  for (const char* text : kPartial) partial_names_.insert(name(text));
  for (const char* text : kQuotients) quotient_names_.insert(name(text));
  n_exp = name("exp");
  n_exp2 = name("exp2");
  n_max = name("max");
  n_min = name("min");
  n_floordiv = name("floordiv");
  n_abs = name("abs");
  n_recip = name("recip");
  n_log = name("log");
  n_sqrt = name("sqrt");
  n_band = name("band");
  n_bor = name("bor");
  n_bxor = name("bxor");
  const char* bigs[] = {"sum", "prod", "max", "min", "band", "bor", "bxor"};
  for (std::size_t i = 0; i < 7; ++i) big_names_[i] = name(bigs[i]);
  monos_.push_back(Mono{});  // 0: the empty monomial, key 0, hence first in order
  monos_.back().meta.is_int = true;
  mono_table_.emplace(Key{}, 0);
  zero = poly({});
  one = number(Rat(1));
  minus_one = number(Rat(-1));
  const auto leaf = [this](Kind kind, std::uint32_t num, bool is_bool, bool is_undef, bool is_inf) {
    Node n{.kind = kind};
    n.num = num;
    n.is_bool = is_bool;
    n.has_undef = is_undef;
    n.has_inf = is_inf;
    return intern(std::move(n));
  };
  pos_inf = leaf(Kind::Inf, 1, false, false, true);
  neg_inf = leaf(Kind::Inf, 0, false, false, true);
  undef = leaf(Kind::Undef, 0, false, true, false);
  skip = leaf(Kind::Skip, 0, false, false, false);
  yes = leaf(Kind::Bool, 1, true, false, false);
  no = leaf(Kind::Bool, 0, true, false, false);
  bundef = leaf(Kind::BUndef, 0, true, true, false);
}

NameId Core::name(std::string_view text) {
  const auto found = name_ids_.find(std::string(text));
  if (found != name_ids_.end()) return found->second;
  const auto id = static_cast<NameId>(names_.size());
  budget.charge_bytes(2 * text.size() + 96);
  names_.emplace_back(text);
  name_ids_.emplace(std::string(text), id);
  return id;
}

bool Core::may_vanish(const Poly& p) {
  if (const auto c = constant(p)) return c->is_zero();
  const Interval i = interval(p);
  return !(i.lo && i.lo->sign() > 0) && !(i.hi && i.hi->sign() < 0);
}

void Core::compute_meta(Node& n, const Interval& attribute) {
  Meta& m = n.meta;
  KeyBuilder k(static_cast<std::uint64_t>(n.kind) + 1);
  k.add(n.num);
  if (n.name != 0) k.add(names_[n.name]);
  if (has_attributes(n.kind)) {
    k.add(m.is_int ? 1 : 0);
    hash_bound(k, attribute.lo);
    hash_bound(k, attribute.hi);
  }
  k.add(n.args.size());
  for (const Id arg : n.args) {
    k.add(key(arg));
    m.absorb(nodes_[arg].meta);
  }
  k.add(n.domain.size());
  for (const Lit l : n.domain) {
    k.add(key(l.id));
    k.add(l.pos ? 1 : 0);
    m.absorb(nodes_[l.id].meta);
  }
  if (n.kind == Kind::Poly) {
    k.add(n.poly.size());
    m.is_int = true;
    for (const Monomial& t : n.poly) {
      t.c.hash_into(k);
      const Meta& mm = monos_[t.m].meta;
      k.add(mm.key);
      m.absorb(mm);
      m.is_int = m.is_int && mm.is_int && t.c.is_int();
    }
  }
  switch (n.kind) {
    case Kind::Sym:
      m.fresh = n.num;
      if (n.num != 0) m.levels = std::uint64_t{1} << (n.num & 63);
      break;
    case Kind::Var:
      m.loose = n.num + 1;
      m.is_int = true;
      break;
    case Kind::Read:
      m.arrays |= array_bit(n.name);
      break;
    case Kind::App:
      n.partial_here = partial_names_.contains(n.name) ||
                       (quotient_names_.contains(n.name) && n.args.size() == 2 && may_vanish(nodes_[n.args[1]].poly));
      m.partial = m.partial || n.partial_here;
      break;
    case Kind::Big:
    case Kind::Exists:
      m.loose = m.loose > n.num ? m.loose - n.num : 0;
      m.multi = m.multi || n.num > 1;
      m.binders = true;
      break;
    case Kind::Ite:
      n.is_bool = nodes_[n.args[1]].is_bool;
      n.has_undef = nodes_[n.args[1]].has_undef || nodes_[n.args[2]].has_undef;
      n.has_inf = nodes_[n.args[1]].has_inf || nodes_[n.args[2]].has_inf;
      m.is_int = !n.is_bool && nodes_[n.args[1]].meta.is_int && nodes_[n.args[2]].meta.is_int;
      break;
    default:
      break;
  }
  if (is_literal_kind(n.kind)) n.is_bool = true;
  m.key = k.key();
  if (is_atom_kind(n.kind) || is_literal_kind(n.kind)) m.bloom |= std::uint64_t{1} << (m.key.b >> 58);
}

Id Core::intern(Node n, const Interval& attribute) {
  budget.step();
  compute_meta(n, attribute);
  const auto found = table_.find(n.meta.key);
  if (found != table_.end()) {
    const Node& old = nodes_[found->second];
    const bool same = old.kind == n.kind && old.num == n.num && old.name == n.name && old.args == n.args &&
                      old.poly == n.poly && old.domain == n.domain && old.meta.is_int == n.meta.is_int;
    if (!same) throw BudgetError("two terms share a structural key");
    return found->second;
  }
  budget.check_structure(n.meta.depth);
  budget.check_nodes(nodes_.size());
  std::uint64_t bytes = sizeof(Node) + 64 + 4 * n.args.size() + sizeof(Lit) * n.domain.size();
  for (const Monomial& t : n.poly) bytes += sizeof(Monomial) + (t.c.bits() > 63 ? t.c.bits() / 4 : 0);
  budget.charge_bytes(bytes);
  const auto id = static_cast<Id>(nodes_.size());
  if (attribute.bounded()) {
    budget.charge_bytes(sizeof(Interval) + 32);
    intervals_.emplace(id, attribute);
  }
  if (n.kind == Kind::Sym) n.meta.syms = std::uint64_t{1} << (sym_count_++ & 63);
  table_.emplace(n.meta.key, id);
  nodes_.push_back(std::move(n));
  return id;
}

void Core::note_interval(Id atom, const Interval& i) {
  if (!i.bounded() || intervals_.contains(atom)) return;
  budget.charge_bytes(sizeof(Interval) + 32);
  intervals_.emplace(atom, i);
}

Id Core::poly(Poly p) {
  for (const Monomial& t : p) check(t.c);
  Node n{.kind = Kind::Poly};
  n.poly = std::move(p);
  return intern(std::move(n));
}

Id Core::number(Rat value) {
  if (value.is_zero()) return poly({});
  return poly({Monomial{std::move(value), 0}});
}

Id Core::atom_poly(Id atom) { return poly({Monomial{Rat(1), make_mono({{atom, 1}})}}); }

Id Core::sym(std::string_view text, bool is_int, const Interval& range) {
  const NameId n = name(text);
  Node node{.kind = Kind::Sym};
  node.name = n;
  node.meta.is_int = is_int;
  const auto known = syms_.find(n);
  if (known != syms_.end()) {
    const bool same = nodes_[known->second].meta.is_int == is_int && atom_interval(known->second) == range;
    if (!same) throw std::invalid_argument("symbol '" + std::string(text) + "' was made with other attributes");
    return known->second;
  }
  const Id id = intern(std::move(node), range);
  syms_.emplace(n, id);
  return id;
}

MonoId Core::make_mono(Factors factors) {
  if (factors.empty()) return 0;
  std::sort(factors.begin(), factors.end(), [this](const auto& x, const auto& y) { return lit_less(x.first, y.first); });
  Mono m;
  KeyBuilder k(0x6d6f6e6fULL);
  m.meta.is_int = true;
  for (const auto& [atom, power] : factors) {
    const Meta& am = nodes_[atom].meta;
    k.add(am.key);
    k.add(power);
    m.meta.absorb(am);
    m.meta.is_int = m.meta.is_int && am.is_int;
  }
  m.meta.key = k.key();
  const auto found = mono_table_.find(m.meta.key);
  if (found != mono_table_.end()) {
    if (monos_[found->second].factors != factors) throw BudgetError("two monomials share a structural key");
    return found->second;
  }
  budget.check_nodes(nodes_.size() + monos_.size());
  budget.charge_bytes(sizeof(Mono) + 64 + sizeof(factors[0]) * factors.size());
  m.factors = std::move(factors);
  const auto id = static_cast<MonoId>(monos_.size());
  mono_table_.emplace(m.meta.key, id);
  monos_.push_back(std::move(m));
  return id;
}

Id Core::paren(Id tree) {
  const Id atom = single_atom(tree);
  if (atom != kNone && node(atom).kind == Kind::Paren) return tree;
  Node n{.kind = Kind::Paren};
  n.args = {tree};
  n.meta.is_int = node(tree).meta.is_int;
  const Id id = intern(std::move(n));
  note_interval(id, tree_interval(tree));
  return atom_poly(id);
}

std::optional<BigKind> Core::big_kind(NameId n) const {
  for (std::size_t i = 0; i < 7; ++i) {
    if (big_names_[i] == n) return static_cast<BigKind>(i);
  }
  return std::nullopt;
}

}  // namespace lift
