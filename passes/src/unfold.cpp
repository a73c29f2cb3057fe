// The last point of every operator that runs up to a symbol, taken out: what the step of a loop adds to its closed form.
#include <algorithm>

#include "rewrite.hpp"

namespace lift {
namespace {

class Unfolder final : public Rewriter {
 public:
  Unfolder(Core& core, Id k) : Rewriter(core), k_(k), k_poly_(core.node(core.atom_poly(k)).poly) {
    memo_ = core.memo_of(core.subst_memos, {kNone, kNone, k});
  }

 private:
  bool touched(const Meta& m) const override { return (m.syms & core_.node(k_).meta.syms) != 0; }

  bool inside(Id binder) override {
    const Id ks[] = {k_};
    return core_.mentions(binder, ks);
  }

  Id rebuilt(const Parts& parts) override {
    for (std::size_t i = 0; i < parts.syms.size(); ++i) {
      const Id last = core_.ge_zero(below(parts.syms[i], Rat(0)));
      const auto hit = std::find(parts.conds.begin(), parts.conds.end(), last);
      if (hit != parts.conds.end()) return split(parts, i, static_cast<std::size_t>(hit - parts.conds.begin()));
    }
    return Rewriter::rebuilt(parts);
  }

  // k - v - less
  Poly below(Id v, const Rat& less) {
    const Poly& p = core_.node(core_.atom_poly(v)).poly;
    return core_.add(core_.add(k_poly_, core_.constant_poly(-less)), p, Rat(-1));
  }

  // The operator over v <= k is that over v <= k - 1, combined with its body at v = k.
  Id split(const Parts& parts, std::size_t i, std::size_t bound) {
    const Id v = parts.syms[i];
    Parts before = parts;
    before.conds[bound] = core_.ge_zero(below(v, Rat(1)));
    Parts at = parts;
    at.syms.erase(at.syms.begin() + static_cast<std::ptrdiff_t>(i));
    at.conds.erase(at.conds.begin() + static_cast<std::ptrdiff_t>(bound));
    const std::unordered_map<Id, Id> to_k{{v, core_.atom_poly(k_)}};
    for (Id& c : at.conds) c = core_.subst(c, to_k);
    if (at.kind) at.body = core_.subst(at.body, to_k);
    // Both may run up to k in another variable, and what ran up to v below the second now runs up to k.
    const Id first = tree(closed(before));
    const Id last = tree(closed(at));
    return parts.kind ? core_.combine(*parts.kind, first, last) : core_.apply(Op::Or, first, last);
  }

  Id k_;
  Poly k_poly_;
};

}  // namespace

Id Core::unfold(Id t, Id k) { return Unfolder(*this, k).tree(t); }

}  // namespace lift
