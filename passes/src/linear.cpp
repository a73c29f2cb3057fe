// Emptiness of a conjunction of integer literals by Fourier-Motzkin elimination with gcd tightening. Monomials are the
// unknowns; ranges of symbols, quotients by constants, and max and min give further rows. "Feasible" may mean "not known".
#include "linear.hpp"

#include <algorithm>

namespace lift {
namespace {

constexpr std::size_t kMaxRows = 160;
constexpr std::size_t kMaxUnknowns = 24;

struct Row {  // constant + sum of coefficients times unknowns >= 0
  std::map<std::size_t, BigInt> coefficients;
  BigInt constant;
};

class System {
 public:
  System(Core& core, std::span<const Id> bound) : core_(core), bound_(bound) {}

  void add(Lit l) {
    const Node& n = core_.node(l.id);
    if ((n.kind != Kind::Ge && n.kind != Kind::Eq) || !core_.is_int_literal(l.id)) return;
    if (n.kind == Kind::Eq && !l.pos) return;
    const Poly p = core_.node(n.args[0]).poly;
    const Poly negated = core_.scale(p, Rat(-1));
    if (n.kind == Kind::Eq) {
      add(p, BigInt(0));
      add(negated, BigInt(0));
    } else if (l.pos) {
      add(p, BigInt(0));
    } else {
      add(negated, BigInt(-1));
    }
  }

  bool infeasible() {
    for (std::size_t i = 0; i < unknowns_.size() && unknowns_.size() <= kMaxUnknowns; ++i) describe(unknowns_[i]);
    if (unknowns_.size() > kMaxUnknowns) return contradiction_;
    while (!contradiction_ && eliminate()) {
    }
    return contradiction_;
  }

 private:
  std::size_t unknown(MonoId m) {
    const auto hit = std::find(unknowns_.begin(), unknowns_.end(), m);
    if (hit != unknowns_.end()) return static_cast<std::size_t>(hit - unknowns_.begin());
    unknowns_.push_back(m);
    return unknowns_.size() - 1;
  }

  void add(const Poly& p, const BigInt& shift) {
    Row row;
    row.constant = shift;
    for (const Monomial& t : p) {
      if (!t.c.is_int()) return;
      if (t.m == 0) {
        row.constant = row.constant + t.c.num();
      } else {
        row.coefficients.emplace(unknown(t.m), t.c.num());
      }
    }
    put(std::move(row));
  }

  // Divides by the gcd of the coefficients, floors the constant, keeps the tightest row of each direction.
  void put(Row row) {
    core_.budget.step(1 + row.coefficients.size());
    if (row.coefficients.empty()) {
      contradiction_ = contradiction_ || row.constant.sign() < 0;
      return;
    }
    BigInt g;
    for (const auto& [v, c] : row.coefficients) g = gcd(g, c);
    if (!g.is_one()) {
      for (auto& [v, c] : row.coefficients) c = floor_div(c, g);
      row.constant = floor_div(row.constant, g);
    }
    for (Row& old : rows_) {
      if (old.coefficients != row.coefficients) continue;
      if (row.constant < old.constant) old.constant = row.constant;
      return;
    }
    rows_.push_back(std::move(row));
  }

  // What is known of an unknown by itself. The range of a bound symbol is what its literals say, and nothing else.
  void describe(MonoId m) {
    const Poly p{Monomial{Rat(1), m}};
    const auto& factors = core_.mono(m).factors;
    if (!core_.mentions(core_.poly(p), bound_)) {
      const Interval i = core_.interval(p);
      if (i.lo) add(core_.add(core_.constant_poly(-Rat(i.lo->ceil())), p), BigInt(0));
      if (i.hi) add(core_.add(core_.constant_poly(Rat(i.hi->floor())), p, Rat(-1)), BigInt(0));
    }
    if (factors.size() != 1 || factors[0].second != 1) return;
    const Node& n = core_.node(factors[0].first);
    if (n.kind != Kind::App) return;
    if (n.name == core_.n_floordiv) {
      const Poly& a = core_.node(n.args[0]).poly;
      const auto c = core_.constant(core_.node(n.args[1]).poly);
      if (!c) return;
      const Poly rest = core_.add(a, core_.scale(p, *c), Rat(-1));  // 0 <= a - c*q <= c - 1
      add(rest, BigInt(0));
      add(core_.scale(rest, Rat(-1)), c->num() - BigInt(1));
    } else if (n.name == core_.n_max || n.name == core_.n_min) {
      for (const Id arg : n.args) {
        const Poly d = core_.add(p, core_.node(arg).poly, Rat(-1));
        add(n.name == core_.n_max ? d : core_.scale(d, Rat(-1)), BigInt(0));
      }
    }
  }

  // Eliminates the unknown that makes the fewest rows; false when none is left or the rows grow too many.
  bool eliminate() {
    std::map<std::size_t, std::pair<std::size_t, std::size_t>> uses;
    for (const Row& r : rows_) {
      for (const auto& [v, c] : r.coefficients) ++(c.sign() > 0 ? uses[v].first : uses[v].second);
    }
    if (uses.empty()) return false;
    const auto best = std::min_element(uses.begin(), uses.end(), [](const auto& x, const auto& y) {
      return x.second.first * x.second.second < y.second.first * y.second.second;
    });
    const std::size_t v = best->first;
    std::vector<Row> lower;
    std::vector<Row> upper;
    std::vector<Row> rest;
    for (Row& r : rows_) {
      const auto hit = r.coefficients.find(v);
      if (hit == r.coefficients.end()) {
        rest.push_back(std::move(r));
      } else {
        (hit->second.sign() > 0 ? lower : upper).push_back(std::move(r));
      }
    }
    if (rest.size() + lower.size() * upper.size() > kMaxRows) return false;
    rows_ = std::move(rest);
    for (const Row& lo : lower) {
      for (const Row& hi : upper) {
        const BigInt a = -hi.coefficients.at(v);
        const BigInt& b = lo.coefficients.at(v);
        Row sum;
        sum.constant = a * lo.constant + b * hi.constant;
        if (sum.constant.bits() > 512) continue;  // dropping a row is sound
        for (const auto& [u, c] : lo.coefficients) sum.coefficients[u] = a * c;
        for (const auto& [u, c] : hi.coefficients) {
          BigInt& slot = sum.coefficients[u];
          slot = slot + b * c;
        }
        std::erase_if(sum.coefficients, [](const auto& entry) { return entry.second.is_zero(); });
        put(std::move(sum));
        if (contradiction_) return false;
      }
    }
    return true;
  }

  Core& core_;
  std::span<const Id> bound_;
  std::vector<MonoId> unknowns_;
  std::vector<Row> rows_;
  bool contradiction_ = false;
};

}  // namespace

bool linear_contradiction(Core& core, const Lits& lits, std::span<const Id> bound) {
  const Core::Quiet quiet(core);
  System system(core, bound);
  for (const Lit l : lits) system.add(l);
  return system.infeasible();
}

bool drop_implied(Core& core, Lits& lits, std::span<const Id> bound) {
  if (linear_contradiction(core, lits, bound)) return false;
  for (std::size_t i = lits.size(); i-- > 0;) {
    const Node& n = core.node(lits[i].id);
    const bool inequality = n.kind == Kind::Ge || (n.kind == Kind::Eq && !lits[i].pos);
    if (!inequality || !core.is_int_literal(lits[i].id)) continue;
    Lits others = lits;
    others[i].pos = !others[i].pos;
    if (linear_contradiction(core, others, bound)) lits.erase(lits.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return true;
}

}  // namespace lift
