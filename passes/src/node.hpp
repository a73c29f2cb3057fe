// What the arena stores: nodes, monomials and what is known of each without walking it.
#pragma once
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "hash.hpp"
#include "rational.hpp"

namespace lift {

using Id = std::uint32_t;
using MonoId = std::uint32_t;
using NameId = std::uint32_t;
constexpr Id kNone = std::numeric_limits<Id>::max();

// `Skip` is internal: the leaf outside the domain of a big operator. It never leaves the core.
enum class Kind : std::uint8_t {
  Poly, Inf, Undef, Skip, Bool, BUndef, Ite, Sym, Var, App, Read, Big, Paren, Ge, Gt, Eq, BApp, Exists
};

enum class BigKind : std::uint8_t { Sum, Prod, Max, Min, Band, Bor, Bxor };

struct Monomial {  // coefficient times monomial
  Rat c;
  MonoId m;
  bool operator==(const Monomial&) const = default;
};
using Poly = std::vector<Monomial>;  // sorted by the key of the monomial, no zero coefficients

struct Lit {  // a literal with polarity
  Id id;
  bool pos;
  bool operator==(const Lit&) const = default;
};
using Lits = std::vector<Lit>;

struct Interval {
  std::optional<Rat> lo{};
  std::optional<Rat> hi{};
  bool lo_open = false;
  bool hi_open = false;
  bool bounded() const { return lo.has_value() || hi.has_value(); }
  bool operator==(const Interval&) const = default;
};

struct Meta {
  Key key{};
  std::uint64_t bloom = 0;     // one bit for each atom or literal at or below the node
  std::uint64_t syms = 0;      // one bit for each symbol, the first 64 of a context exactly
  std::uint64_t arrays = 0;    // one bit for each array that is read, shared by names 64 apart
  std::uint64_t levels = 0;    // one bit for each level of an internal symbol, modulo 64
  std::uint32_t depth = 0;
  std::uint32_t loose = 0;     // 1 + largest dangling de Bruijn index; 0: closed
  std::uint32_t fresh = 0;     // largest level of an internal symbol below
  bool is_int = false;
  bool partial = false;        // holds a partial atom at any depth
  bool multi = false;          // holds a binder of several variables
  bool binders = false;        // holds a binder
  void absorb(const Meta& child) {
    bloom |= child.bloom;
    syms |= child.syms;
    arrays |= child.arrays;
    levels |= child.levels;
    depth = std::max(depth, child.depth + 1);
    loose = std::max(loose, child.loose);
    fresh = std::max(fresh, child.fresh);
    partial = partial || child.partial;
    multi = multi || child.multi;
    binders = binders || child.binders;
  }
};

struct Levels {  // of internal symbols that are in use
  std::uint64_t mask = 1;  // level 0: not internal
  std::uint32_t max = 0;
  void add(const Meta& m) {
    mask |= m.levels;
    max = std::max(max, m.fresh);
  }
  std::uint32_t unused() const {  // the lowest, so that terms opened in turn share their names
    return ~mask == 0 ? max + 1 : static_cast<std::uint32_t>(std::countr_one(mask));
  }
};

using Factors = std::vector<std::pair<Id, std::uint32_t>>;

struct Mono {
  Factors factors;  // sorted by the key of the atom
  Meta meta{};
};

struct Node {
  Kind kind;
  bool is_bool = false;
  bool has_undef = false;
  bool has_inf = false;
  bool partial_here = false;  // an application that is not defined everywhere
  std::uint32_t num = 0;  // Inf: 1 for plus; Bool: truth; Var: index; Big, Exists: number of bound variables
  NameId name = 0;
  std::vector<Id> args{};
  Poly poly{};
  Lits domain{};
  Meta meta{};
};

constexpr std::uint64_t array_bit(NameId array) { return std::uint64_t{1} << (array & 63); }
constexpr bool is_atom_kind(Kind k) { return k >= Kind::Sym && k <= Kind::Paren; }
constexpr bool is_literal_kind(Kind k) { return k >= Kind::Ge; }
constexpr bool is_leaf_kind(Kind k) { return k <= Kind::BUndef; }

}  // namespace lift
