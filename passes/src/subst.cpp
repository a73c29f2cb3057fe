// Simultaneous, capture-avoiding substitution of closed atoms and literals, renormalising on the way up.
#include <algorithm>

#include "core.hpp"

namespace lift {
namespace {

class Substituter {
 public:
  Substituter(Core& core, const std::unordered_map<Id, Id>& map) : core_(core), map_(map) {
    for (const auto& [from, to] : map) {
      keys_.push_back(from);
      bloom_ |= std::uint64_t{1} << (core.key(from).b >> 58);
      level_ = std::max(level_, core.node(to).meta.fresh + 1);
    }
    core.sort_by_key(keys_);
  }

  Id tree(Id t) {
    const Node& n = core_.node(t);
    if ((n.meta.bloom & bloom_) == 0) return t;
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
    if ((n.meta.bloom & bloom_) == 0) return core_.lit_tree({id, true});
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
  template <typename Make>
  Id memo(Id id, const Make& make) {
    const auto known = memo_.find(id);
    if (known != memo_.end()) return known->second;
    const Guard guard(core_.budget);
    const Id out = make();
    memo_.emplace(id, out);
    return out;
  }

  Id poly(Id t) {
    Poly kept;
    Id sum = kNone;
    for (const Monomial& term : core_.node(t).poly) {
      Id product = kNone;
      std::vector<std::pair<Id, std::uint32_t>> same;
      for (const auto& f : core_.mono(term.m).factors) {
        const Id image = atom(f.first);
        if (image == kNone) {
          same.push_back(f);
          continue;
        }
        const Id power = core_.power(image, f.second);
        product = product == kNone ? power : core_.mul(product, power);
      }
      if (product == kNone) {
        kept.push_back(term);
        continue;
      }
      product = core_.mul(product, core_.poly({Monomial{term.c, core_.make_mono(std::move(same))}}));
      sum = sum == kNone ? product : core_.add(sum, product);
    }
    if (sum == kNone) return t;
    return kept.empty() ? sum : core_.add(core_.poly(std::move(kept)), sum);
  }

  // The image of an atom as a tree; kNone when it stays as it is.
  Id atom(Id id) {
    const auto hit = map_.find(id);
    if (hit != map_.end()) return hit->second;
    const Node& n = core_.node(id);
    if ((n.meta.bloom & bloom_) == 0 || n.kind == Kind::Sym || n.kind == Kind::Var) return kNone;
    const Id out = memo(id, [&]() -> Id {
      if (n.kind == Kind::Big) return binder(id);
      std::vector<Id> args;
      bool same = true;
      for (const Id arg : n.args) {
        args.push_back(tree(arg));
        same = same && args.back() == arg;
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

  Id binder(Id id) {
    const Node& n = core_.node(id);
    const bool exists = n.kind == Kind::Exists;
    const auto unchanged = [&] { return exists ? core_.lit_tree({id, true}) : core_.atom_poly(id); };
    if (!core_.mentions(id, keys_)) return unchanged();
    const std::size_t ledger = core_.ledger_size();
    const Core::Opened opened = core_.open(id, level_);
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
    if (!exists) {
      body = tree(opened.body);
      same = same && body == opened.body;
    }
    if (same) return unchanged();
    std::vector<Interval> ranges;
    for (const Id s : opened.syms) ranges.push_back(core_.constant_range(s, plain));
    const Id out = exists ? core_.close_exists(opened.syms, cond, ranges)
                          : core_.close(*core_.big_kind(n.name), opened.syms, cond, body, ranges);
    core_.wrap_ledger(ledger, opened.syms, opened.lits);
    return out;
  }

  Core& core_;
  const std::unordered_map<Id, Id>& map_;
  std::vector<Id> keys_;
  std::uint64_t bloom_ = 0;
  std::uint32_t level_ = 0;
  std::unordered_map<Id, Id> memo_;
};

}  // namespace

Id Core::subst(Id t, const std::unordered_map<Id, Id>& map) {
  if (map.empty()) return t;
  return Substituter(*this, map).tree(t);
}

bool Core::mentions(Id root, std::span<const Id> atoms) {
  std::uint64_t bits = 0;
  for (const Id a : atoms) bits |= std::uint64_t{1} << (key(a).b >> 58);
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
