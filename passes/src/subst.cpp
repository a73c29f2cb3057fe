// Simultaneous, capture-avoiding substitution of closed atoms and literals, or of the reads of arrays, renormalising on
// the way up.
#include <algorithm>

#include "core.hpp"

namespace lift {
namespace {

class Substituter {
 public:
  Substituter(Core& core, const std::unordered_map<Id, Id>& map, const ReadBodies& bodies)
      : core_(core), map_(map), bodies_(bodies) {
    for (const auto& [from, to] : map) {
      keys_.push_back(from);
      in_use_.add(core.node(from).meta);
      in_use_.add(core.node(to).meta);
      const Meta& m = core.node(from).meta;
      filters_.push_back({m.syms, core.node(from).kind == Kind::Sym ? 0 : own_bit(core, from)});
    }
    core.sort_by_key(keys_);
    std::vector<Id> name;
    for (const Id from : keys_) {
      name.push_back(from);
      name.push_back(map.at(from));
    }
    for (const auto& [array, to] : bodies) {
      arrays_ |= array_bit(array);
      in_use_.add(core.node(to.body).meta);
      name.insert(name.end(), {kNone, array, to.body});  // no id is kNone: the names of the two kinds of map differ
      name.insert(name.end(), to.params.begin(), to.params.end());
    }
    memo_ = core.memo_of(core.subst_memos, std::move(name));
  }

  Id tree(Id t) {
    const Node& n = core_.node(t);
    if (!touched(n.meta)) return t;
    return memo(t, [&] {
      if (n.kind == Kind::Poly) return poly(t);
      if (n.kind != Kind::Ite) return t;
      const Id c = literal(n.args[0]);
      const Id a = tree(n.args[1]);
      const Id b = tree(n.args[2]);
      return core_.ite(c, a, b);
    });
  }

  Id literal(Id id) {
    const Node& n = core_.node(id);
    const auto hit = map_.find(id);
    if (hit != map_.end()) return hit->second;
    if (!touched(n.meta)) return core_.lit_tree({id, true});
    return memo(id, [&]() -> Id {
      if (n.kind == Kind::Exists) return binder(id);
      std::vector<Id> args;
      bool same = true;
      for (const Id arg : n.args) {
        args.push_back(tree(arg));
        same = same && args.back() == arg;
      }
      if (same) return core_.lit_tree({id, true});
      switch (n.kind) {
        case Kind::Ge: return core_.apply(Op::Ge, args[0], core_.zero);
        case Kind::Gt: return core_.apply(Op::Gt, args[0], core_.zero);
        case Kind::Eq: return core_.apply(Op::Eq, args[0], core_.zero);
        default: return core_.lift(args, [&](const std::vector<Id>& xs) { return core_.leaf_bapp(n.name, xs); });
      }
    });
  }

 private:
  // A term that holds an atom holds its symbols and, for another atom than a symbol, its bit.
  struct Filter {
    std::uint64_t syms;
    std::uint64_t bloom;
  };

  static std::uint64_t own_bit(const Core& core, Id id) { return std::uint64_t{1} << (core.key(id).b >> 58); }

  bool touched(const Meta& m) const {
    if ((m.arrays & arrays_) != 0) return true;
    return std::any_of(filters_.begin(), filters_.end(), [&](const Filter& f) {
      return (m.syms & f.syms) == f.syms && (m.bloom & f.bloom) == f.bloom;
    });
  }

  template <typename Make>
  Id memo(Id id, const Make& make) {
    if (const auto known = memo_->find(id); known != memo_->end()) return known->second;
    for (const Memo& m : lossy_) {
      if (const auto known = m.find(id); known != m.end()) return known->second;
    }
    const Guard guard(core_.budget);
    const std::uint64_t drops = core_.drops();
    const Id out = make();
    const bool keep = core_.drops() == drops || (core_.node(id).meta.fresh == 0 && in_use_.max == 0);
    (keep ? *memo_ : lossy_.back()).emplace(id, out);
    return out;
  }

  // Monomials whose image is a polynomial are gathered and sorted once; trees are added in pairs of like size.
  Id poly(Id t) {
    Poly sum;
    std::vector<Id> trees;
    bool same = true;
    for (const Monomial& term : core_.node(t).poly) {
      if (!touched(core_.mono(term.m).meta)) {
        sum.push_back(term);
        continue;
      }
      Factors plain;
      Rat c = term.c;
      Id product = kNone;
      bool changed = false;
      for (const auto& f : core_.mono(term.m).factors) {
        const Id image = atom(f.first);
        if (image == kNone) {
          plain.push_back(f);
          continue;
        }
        changed = true;
        const Id power = core_.power(image, f.second);
        const Node& n = core_.node(power);
        if (n.kind == Kind::Poly && n.poly.size() == 1) {
          c = c * n.poly[0].c;
          const Factors& more = core_.mono(n.poly[0].m).factors;
          plain.insert(plain.end(), more.begin(), more.end());
        } else {
          product = product == kNone ? power : core_.mul(product, power);
        }
      }
      if (!changed) {
        sum.push_back(term);
        continue;
      }
      same = false;
      core_.check(c);
      const MonoId single = core_.product(std::move(plain));
      if (product == kNone) {
        sum.push_back(Monomial{std::move(c), single});
      } else if (const Node& n = core_.node(product); n.kind == Kind::Poly && !n.poly.empty()) {
        core_.budget.step(n.poly.size());
        for (const Monomial& u : n.poly) sum.push_back(Monomial{c * u.c, core_.mono_mul(single, u.m)});
      } else {
        trees.push_back(core_.mul(product, core_.poly({Monomial{std::move(c), single}})));
      }
    }
    if (same) return t;
    trees.push_back(core_.poly(core_.normal(std::move(sum))));
    while (trees.size() > 1) {
      std::vector<Id> halved;
      for (std::size_t i = 0; i + 1 < trees.size(); i += 2) halved.push_back(core_.add(trees[i], trees[i + 1]));
      if (trees.size() % 2 == 1) halved.push_back(trees.back());
      trees = std::move(halved);
    }
    return trees[0];
  }

  // The image of an atom as a tree; kNone when it stays as it is.
  Id atom(Id id) {
    const auto hit = map_.find(id);
    if (hit != map_.end()) return hit->second;
    const Node& n = core_.node(id);
    if (!touched(n.meta) || n.kind == Kind::Sym || n.kind == Kind::Var) return kNone;
    const Id out = memo(id, [&]() -> Id {
      if (n.kind == Kind::Big) return binder(id);
      std::vector<Id> args;
      bool same = true;
      for (const Id arg : n.args) {
        args.push_back(tree(arg));
        same = same && args.back() == arg;
      }
      if (n.kind == Kind::Read) {
        if (const auto body = bodies_.find(n.name); body != bodies_.end()) return read(n, args, body->second);
      }
      if (same) return core_.atom_poly(id);
      if (n.kind == Kind::Paren) {
        const Node& inner = core_.node(args[0]);
        return inner.kind == Kind::Ite && core_.finite(args[0]) ? core_.paren(args[0]) : args[0];
      }
      const Interval range = core_.atom_interval(id);
      if (n.kind == Kind::App && n.name == core_.n_floordiv) return core_.floordiv(args[0], args[1]);
      return core_.lift(args, [&](const std::vector<Id>& xs) { return core_.rebuild_atom(n, xs, range); });
    });
    return out == core_.atom_poly(id) ? kNone : out;
  }

  // The body at the leaves of the indices; what it becomes is not looked at again.
  Id read(const Node& n, const std::vector<Id>& args, const ReadBody& to) {
    if (args.size() != to.params.size()) {
      throw std::invalid_argument("'" + core_.text(n.name) + "' is read at " + std::to_string(args.size()) + " indices");
    }
    if (n.meta.is_int) {
      for (const Id leaf : core_.tree_leaves(to.body)) {
        const Node& l = core_.node(leaf);
        if (l.kind == Kind::Poly && !l.meta.is_int) throw std::invalid_argument("an integer read is replaced by a non-integer");
      }
    }
    return core_.lift(args, [&](const std::vector<Id>& xs) -> Id {
      std::unordered_map<Id, Id> at;
      for (std::size_t i = 0; i < xs.size(); ++i) {
        if (xs[i] == core_.undef || core_.node(xs[i]).kind == Kind::Inf) return core_.undef;
        at.emplace(to.params[i], xs[i]);
      }
      return core_.subst(to.body, at);
    });
  }

  Id binder(Id id) {
    const Node& n = core_.node(id);
    const bool exists = n.kind == Kind::Exists;
    const auto unchanged = [&] { return exists ? core_.lit_tree({id, true}) : core_.atom_poly(id); };
    if ((n.meta.arrays & arrays_) == 0 && !core_.mentions(id, keys_)) return unchanged();
    const std::size_t ledger = core_.ledger_size();
    const Core::Opened opened = core_.open(id, in_use_);
    lossy_.emplace_back();
    const Id out = rebuilt(n, opened);
    lossy_.pop_back();
    if (out == kNone) return unchanged();
    core_.wrap_ledger(ledger, opened.syms, opened.lits);
    return out;
  }

  // The opened binder with its parts replaced, closed again; kNone when it stays as it is.
  Id rebuilt(const Node& n, const Core::Opened& opened) {
    Id cond = core_.yes;
    Lits plain;
    bool same = true;
    for (const Lit l : opened.lits) {
      const Id before = core_.lit_tree({l.id, true});
      Id after = literal(l.id);
      same = same && after == before;
      if (!l.pos) after = core_.negate_bool(after);
      const Node& top = core_.node(after);
      if (top.kind == Kind::Ite && core_.is_leaf(top.args[1]) && core_.is_leaf(top.args[2]) && !top.has_undef) {
        plain.push_back({top.args[0], top.args[1] == core_.yes});
      }
      cond = core_.apply(Op::And, cond, after);
    }
    Id body = kNone;
    if (opened.body != kNone) {
      body = tree(opened.body);
      same = same && body == opened.body;
    }
    if (same) return kNone;
    std::vector<Interval> ranges;
    for (const Id s : opened.syms) ranges.push_back(core_.constant_range(s, plain));
    return body == kNone ? core_.close_exists(opened.syms, cond, ranges)
                         : core_.close(*core_.big_kind(n.name), opened.syms, cond, body, ranges);
  }

  Core& core_;
  const std::unordered_map<Id, Id>& map_;
  const ReadBodies& bodies_;
  std::uint64_t arrays_ = 0;
  std::vector<Id> keys_;
  std::vector<Filter> filters_;
  Levels in_use_;
  std::shared_ptr<Memo> memo_;
  std::vector<Memo> lossy_{1};  // one for each open binder: what was dropped below it must be seen again under the next
};

}  // namespace

Id Core::subst(Id t, const std::unordered_map<Id, Id>& map) {
  if (map.empty()) return t;
  return Substituter(*this, map, {}).tree(t);
}

Id Core::replace_reads(Id t, const ReadBodies& bodies) {
  if (bodies.empty()) return t;
  return Substituter(*this, {}, bodies).tree(t);
}

bool Core::mentions(Id root, std::span<const Id> atoms) {
  std::uint64_t bits = 0;
  std::uint64_t syms = 0;
  bool exact = sym_count_ <= 64;
  for (const Id a : atoms) {
    bits |= std::uint64_t{1} << (key(a).b >> 58);
    syms |= node(a).meta.syms;
    exact = exact && node(a).kind == Kind::Sym;
  }
  if (exact) return (node(root).meta.syms & syms) != 0;
  if ((node(root).meta.bloom & bits) == 0) return false;
  std::unordered_set<Id> seen;
  std::vector<Id> stack{root};
  while (!stack.empty()) {
    const Id id = stack.back();
    stack.pop_back();
    const Node& n = node(id);
    if ((n.meta.bloom & bits) == 0 || !seen.insert(id).second) continue;
    budget.step();
    if (std::find(atoms.begin(), atoms.end(), id) != atoms.end()) return true;
    for (const Id arg : n.args) stack.push_back(arg);
    for (const Lit l : n.domain) stack.push_back(l.id);
    for (const Monomial& t : n.poly) {
      for (const auto& [atom, power] : mono(t.m).factors) stack.push_back(atom);
    }
  }
  return false;
}

}  // namespace lift
