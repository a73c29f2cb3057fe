// Simultaneous, capture-avoiding substitution of closed atoms and literals, or of the reads of arrays.
#include <algorithm>

#include "rewrite.hpp"

namespace lift {
namespace {

class Substituter final : public Rewriter {
 public:
  Substituter(Core& core, const std::unordered_map<Id, Id>& map, const ReadBodies& bodies)
      : Rewriter(core), map_(map), bodies_(bodies) {
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

 private:
  // A term that holds an atom holds its symbols and, for another atom than a symbol, its bit.
  struct Filter {
    std::uint64_t syms;
    std::uint64_t bloom;
  };

  static std::uint64_t own_bit(const Core& core, Id id) { return std::uint64_t{1} << (core.key(id).b >> 58); }

  bool touched(const Meta& m) const override {
    if ((m.arrays & arrays_) != 0) return true;
    return std::any_of(filters_.begin(), filters_.end(), [&](const Filter& f) {
      return (m.syms & f.syms) == f.syms && (m.bloom & f.bloom) == f.bloom;
    });
  }

  bool inside(Id binder) override {
    return (core_.node(binder).meta.arrays & arrays_) != 0 || core_.mentions(binder, keys_);
  }

  Id image(Id id) override {
    const auto hit = map_.find(id);
    return hit == map_.end() ? kNone : hit->second;
  }

  // The body at the leaves of the indices; what it becomes is not looked at again.
  Id read(const Node& n, const std::vector<Id>& args) override {
    const auto hit = bodies_.find(n.name);
    if (hit == bodies_.end()) return kNone;
    const ReadBody& to = hit->second;
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

  const std::unordered_map<Id, Id>& map_;
  const ReadBodies& bodies_;
  std::uint64_t arrays_ = 0;
  std::vector<Id> keys_;
  std::vector<Filter> filters_;
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
