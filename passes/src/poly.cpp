// Polynomials as sorted vectors of coefficient times monomial, and products of monomials.
#include <algorithm>

#include "core.hpp"

namespace lift {

void Core::check(const Rat& c) {
  const std::size_t bits = c.bits();
  if (bits > kMaxCoefficientBits) throw BudgetError("bits of a coefficient");
  if (bits > 64) budget.step((bits >> 7) * (bits >> 7));
}

std::optional<Rat> Core::constant(const Poly& p) const {
  if (p.empty()) return Rat(0);
  if (p.size() == 1 && p[0].m == 0) return p[0].c;
  return std::nullopt;
}

Rat Core::constant_part(const Poly& p) const {
  if (!p.empty() && p[0].m == 0) return p[0].c;
  return Rat(0);
}

Poly Core::constant_poly(const Rat& c) const {
  if (c.is_zero()) return {};
  return {Monomial{c, 0}};
}

bool Core::all_int_atoms(const Poly& p) const {
  return std::all_of(p.begin(), p.end(), [this](const Monomial& t) { return mono(t.m).meta.is_int; });
}

Id Core::single_atom(const Poly& p) const {
  if (p.size() != 1 || !p[0].c.is_one()) return kNone;
  const auto& f = mono(p[0].m).factors;
  return f.size() == 1 && f[0].second == 1 ? f[0].first : kNone;
}

Id Core::single_atom(Id leaf) const {
  const Node& n = node(leaf);
  return n.kind == Kind::Poly ? single_atom(n.poly) : kNone;
}

Poly Core::add(const Poly& a, const Poly& b, const Rat& scale) {
  Poly out;
  out.reserve(a.size() + b.size());
  budget.step(1 + a.size() + b.size());
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (j == b.size()) {
      out.push_back(a[i++]);
    } else if (i < a.size() && a[i].m == b[j].m) {
      Rat c = a[i].c + b[j].c * scale;
      if (c.is_zero()) {
        drop_mono(a[i].m);
      } else {
        out.push_back(Monomial{std::move(c), a[i].m});
      }
      ++i;
      ++j;
    } else if (i < a.size() && mono(a[i].m).meta.key < mono(b[j].m).meta.key) {
      out.push_back(a[i++]);
    } else {
      out.push_back(Monomial{b[j].c * scale, b[j].m});
      ++j;
    }
  }
  return out;
}

Poly Core::scale(const Poly& a, const Rat& c) const {
  if (c.is_zero()) return {};
  Poly out = a;
  if (c.is_one()) return out;
  for (Monomial& t : out) t.c = t.c * c;
  return out;
}

Poly Core::normal(Poly p) {
  std::sort(p.begin(), p.end(),
            [this](const Monomial& x, const Monomial& y) { return mono(x.m).meta.key < mono(y.m).meta.key; });
  Poly out;
  out.reserve(p.size());
  for (std::size_t i = 0; i < p.size();) {
    Monomial t = p[i];
    std::size_t j = i + 1;
    for (; j < p.size() && p[j].m == t.m; ++j) t.c = t.c + p[j].c;
    i = j;
    if (t.c.is_zero()) {
      drop_mono(t.m);
    } else {
      out.push_back(std::move(t));
    }
  }
  return out;
}

Poly Core::mul(const Poly& a, const Poly& b) {
  Poly out;
  out.reserve(a.size() * b.size());
  for (const Monomial& x : a) {
    budget.step(b.size());
    for (const Monomial& y : b) {
      out.push_back(Monomial{x.c * y.c, mono_mul(x.m, y.m)});
      check(out.back().c);
    }
  }
  return normal(std::move(out));
}

bool Core::is_exp(Id atom) const {
  const Node& n = node(atom);
  return n.kind == Kind::App && (n.name == n_exp || n.name == n_exp2);
}

MonoId Core::mono_mul(MonoId a, MonoId b) {
  if (a == 0) return b;
  if (b == 0) return a;
  const std::uint64_t memo_key = (static_cast<std::uint64_t>(std::min(a, b)) << 32) | std::max(a, b);
  const auto known = mono_memo_.find(memo_key);
  if (known != mono_memo_.end()) return known->second;
  const std::uint64_t drops = drops_;
  Factors out;
  Poly exponent[2];
  bool has_exponent[2] = {false, false};
  const auto take = [&](const std::pair<Id, std::uint32_t>& f) {
    if (!is_exp(f.first)) {
      out.push_back(f);
      return;
    }
    const std::size_t which = node(f.first).name == n_exp ? 0 : 1;
    exponent[which] = add(exponent[which], node(node(f.first).args[0]).poly);
    has_exponent[which] = true;
  };
  const auto& x = mono(a).factors;
  const auto& y = mono(b).factors;
  budget.step(1 + x.size() + y.size());
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < x.size() || j < y.size()) {
    if (i < x.size() && j < y.size() && x[i].first == y[j].first && !is_exp(x[i].first)) {
      const std::uint64_t p = std::uint64_t{x[i].second} + y[j].second;
      if (p > kMaxPower) throw BudgetError("power of an atom");
      out.emplace_back(x[i].first, static_cast<std::uint32_t>(p));
      ++i;
      ++j;
    } else if (j == y.size() || (i < x.size() && lit_less(x[i].first, y[j].first))) {
      take(x[i++]);
    } else {
      take(y[j++]);
    }
  }
  for (std::size_t which = 0; which < 2; ++which) {
    if (!has_exponent[which] || exponent[which].empty()) continue;
    out.emplace_back(exp_atom(which == 0 ? n_exp : n_exp2, poly(exponent[which])), 1);
  }
  const MonoId id = make_mono(std::move(out));
  if (quiet_ != 0 || drops_ != drops) return id;  // a loss must be seen again each time
  budget.charge_bytes(32);
  mono_memo_.emplace(memo_key, id);
  return id;
}

MonoId Core::product(Factors factors) {
  int exponentials[2] = {0, 0};
  for (const auto& [atom, n] : factors) {
    if (!is_exp(atom)) continue;
    int& count = exponentials[node(atom).name == n_exp ? 0 : 1];
    count += n == 1 ? 1 : 2;
  }
  MonoId merged = 0;
  if (exponentials[0] > 1 || exponentials[1] > 1) {  // exp(P)*exp(Q) = exp(P + Q)
    std::erase_if(factors, [&](const auto& f) {
      if (!is_exp(f.first)) return false;
      merged = mono_mul(merged, mono_pow(make_mono({{f.first, 1}}), f.second));
      return true;
    });
  }
  std::sort(factors.begin(), factors.end(), [this](const auto& x, const auto& y) { return lit_less(x.first, y.first); });
  Factors out;
  budget.step(1 + factors.size());
  for (const auto& f : factors) {
    if (out.empty() || out.back().first != f.first) {
      out.push_back(f);
      continue;
    }
    const std::uint64_t p = std::uint64_t{out.back().second} + f.second;
    if (p > kMaxPower) throw BudgetError("power of an atom");
    out.back().second = static_cast<std::uint32_t>(p);
  }
  return mono_mul(make_mono(std::move(out)), merged);
}

MonoId Core::mono_pow(MonoId a, std::uint64_t n) {
  if (n == 0 || a == 0) return 0;
  if (n == 1) return a;
  Factors out;
  for (const auto& [atom, p] : std::vector<std::pair<Id, std::uint32_t>>(mono(a).factors)) {
    if (is_exp(atom)) {
      const Poly e = scale(node(node(atom).args[0]).poly, Rat(BigInt(static_cast<std::int64_t>(n))));
      out.emplace_back(exp_atom(node(atom).name, poly(e)), 1);
      continue;
    }
    if (n > kMaxPower || p * n > kMaxPower) throw BudgetError("power of an atom");
    out.emplace_back(atom, static_cast<std::uint32_t>(p * n));
  }
  return make_mono(std::move(out));
}

}  // namespace lift
