// The Python class Context. Contract: python/triton_lift/_core.pyi.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "coerce.hpp"
#include "python_int.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace lift {
namespace {

Interval range_of(nb::handle lo, nb::handle hi) {
  Interval out;
  if (!lo.is_none()) out.lo = Rat(to_bigint(lo, kMaxCoefficientBits));
  if (!hi.is_none()) out.hi = Rat(to_bigint(hi, kMaxCoefficientBits));
  if (out.lo && out.hi && *out.lo > *out.hi) throw std::invalid_argument("lo exceeds hi");
  return out;
}

nb::dict to_dict(const nb::object& mapping) {
  return nb::borrow<nb::dict>(nb::handle(reinterpret_cast<PyObject*>(&PyDict_Type))(mapping));
}

Handle subst(const Context& c, const Handle& term, const nb::object& mapping) {
  const Id t = any(c, term);
  closed(c, t);
  std::unordered_map<Id, Id> map;
  const nb::dict items = to_dict(mapping);
  for (const auto& [k, v] : items) {
    const Handle& from = nb::cast<const Handle&>(k);
    const Handle& to = nb::cast<const Handle&>(v);
    own(c, from);
    const Id key = from.bare();
    const Node& n = c.core->node(key);
    if (!is_atom_kind(n.kind) && !is_literal_kind(n.kind)) throw std::invalid_argument("only atoms and literals are replaced");
    closed(c, key);
    const Id value = n.is_bool ? boolean(c, to) : numeric(c, to);
    closed(c, value);
    if (n.meta.is_int && !n.is_bool) {
      for (const Id leaf : c.core->tree_leaves(value)) {
        const Node& l = c.core->node(leaf);
        if (l.kind == Kind::Poly && !l.meta.is_int) throw std::invalid_argument("an integer atom is replaced by a non-integer");
      }
    }
    map.emplace(key, value);
  }
  return give(c, c.core->subst(t, map));
}

Handle instantiate(const Context& c, const Handle& term, const nb::object& mapping) {
  Core& core = *c.core;
  const Id t = any(c, term);
  closed(c, t);
  ReadBodies bodies;
  const nb::dict items = to_dict(mapping);
  for (const auto& [k, v] : items) {
    const auto& [params, body] = nb::cast<std::pair<Handles, Handle>>(v);
    ReadBody to{{}, numeric(c, body)};
    closed(c, to.body);
    for (const Handle& h : params) {
      own(c, h);
      to.params.push_back(h.bare());
      const Node& n = core.node(to.params.back());
      if (n.kind != Kind::Sym || !n.meta.is_int) throw std::invalid_argument("a parameter is an integer symbol");
      if (std::count(to.params.begin(), to.params.end(), to.params.back()) != 1) {
        throw std::invalid_argument("a parameter is given twice");
      }
    }
    bodies.emplace(core.name(nb::cast<std::string>(k)), std::move(to));
  }
  return give(c, core.replace_reads(t, bodies));
}

Handle unfold(const Context& c, const Handle& term, const Handle& k) {
  Core& core = *c.core;
  const Id t = any(c, term);
  closed(c, t);
  own(c, k);
  const Id sym = k.bare();
  const Node& n = core.node(sym);
  if (n.kind != Kind::Sym || !n.meta.is_int) throw std::invalid_argument("an integer symbol is needed");
  return give(c, core.unfold(t, sym));
}

Handle assign(const Context& c, const Handle& term, const nb::object& values) {
  const Id t = any(c, term);
  std::unordered_map<Id, bool> map;
  const nb::dict items = to_dict(values);
  for (const auto& [k, v] : items) {
    const Handle& literal = nb::cast<const Handle&>(k);
    own(c, literal);
    bool value = nb::cast<bool>(v);
    Id id = literal.bare();
    const Node& n = c.core->node(id);
    if (n.kind == Kind::Ite && n.args[1] == c.core->no && n.args[2] == c.core->yes) {
      id = n.args[0];
      value = !value;
    }
    if (!is_literal_kind(c.core->node(id).kind)) throw std::invalid_argument("only literals are assigned");
    map.emplace(id, value);
  }
  return give(c, c.core->cofactor(t, map));
}

nb::tuple paths(const Context& c, const Handle& term, std::size_t limit) {
  std::vector<std::pair<Lits, Id>> found;
  c.core->paths(any(c, term), limit, [](Id) { return true; }, found);
  return tuple_of(found, [&](const auto& p) {
    const nb::tuple lits = tuple_of(p.first, [&](Lit l) { return nb::make_tuple(give(c, l.id), l.pos); });
    return nb::make_tuple(lits, give(c, p.second));
  });
}

nb::tuple atoms(const Context& c, const Handle& term, bool only_syms) {
  own(c, term);
  const auto wanted = [&](const Node& n) {
    if (only_syms) return n.kind == Kind::Sym;
    return (is_atom_kind(n.kind) || is_literal_kind(n.kind)) && n.meta.loose == 0;
  };
  return tuple_of(c.core->below(term.id, wanted), [&](Id id) { return give(c, id); });
}

nb::tuple interval(const Context& c, const Handle& term) {
  const Id t = numeric(c, term);
  const Interval i = c.core->tree_interval(t);
  const auto bound = [](const std::optional<BigInt>& v) -> nb::object { return v ? to_python(*v) : nb::none(); };
  return nb::make_tuple(bound(i.lo ? std::optional(i.lo->floor()) : std::nullopt),
                        bound(i.hi ? std::optional(i.hi->ceil()) : std::nullopt));
}

Handle compare(const Context& c, Op op, const Handle& a, const Handle& b, bool negate) {
  const Id t = c.core->apply(op, numeric(c, a), numeric(c, b));
  return give(c, negate ? c.core->negate_bool(t) : t);
}

Handle power(const Context& c, const Handle& a, nb::handle n) {
  const BigInt exponent = to_bigint(n, kMaxCoefficientBits);
  if (exponent.sign() < 0) throw std::invalid_argument("a negative power");
  if (exponent > BigInt(kMaxPower)) throw BudgetError("power");
  return give(c, c.core->power(numeric(c, a), static_cast<std::uint64_t>(exponent.small())));
}

}  // namespace

void bind_context(nb::module_& m) {
  nb::class_<Context> cls(m, "Context", nb::is_final(), nb::is_weak_referenceable(), "Arena, budget and constructors of terms.");
  cls.def("__init__", [](Context* self, std::uint64_t nodes, std::uint64_t bytes, std::uint32_t depth, std::uint64_t steps) {
    new (self) Context{std::make_shared<Core>(Limits{nodes, bytes, depth, steps})};
  }, nb::kw_only(), "max_nodes"_a = Limits{}.nodes, "max_bytes"_a = Limits{}.bytes, "max_depth"_a = Limits{}.depth,
     "max_steps"_a = Limits{}.steps);
  cls.def_prop_ro("steps", [](const Context& c) { return c.core->budget.steps(); });
  cls.def_prop_ro("nodes", [](const Context& c) { return c.core->size(); });
  cls.def("spend", [](const Context& c, std::uint64_t steps) { c.core->budget.step(std::min(steps, std::uint64_t{1} << 62)); }, "steps"_a);
  cls.def("mute", [](const Context& c, bool on) { c.core->mute(on); }, "on"_a);
  cls.def("dropped", [](const Context& c) { return tuple_of(c.core->dropped(), [&](Id id) { return give(c, id); }); });

  cls.def("num", [](const Context& c, nb::int_ n, nb::int_ d) {
    return give(c, c.core->number(Rat(to_bigint(n, kMaxCoefficientBits), to_bigint(d, kMaxCoefficientBits))));
  }, "numerator"_a, "denominator"_a = 1);
  cls.def("inf", [](const Context& c, int sign) { return give(c, sign > 0 ? c.core->pos_inf : c.core->neg_inf); }, "sign"_a);
  cls.def("undef", [](const Context& c) { return give(c, c.core->undef); });
  cls.def("bundef", [](const Context& c) { return give(c, c.core->bundef); });
  cls.def("truth", [](const Context& c, bool v) { return give(c, c.core->truth(v)); }, "value"_a);
  cls.def("sym", [](const Context& c, std::string_view name, bool is_int, nb::object lo, nb::object hi) {
    if (name.starts_with('\x01')) throw std::invalid_argument("a name that starts with \\x01 is internal");
    return give(c, c.core->atom_poly(c.core->sym(name, is_int, range_of(lo, hi))));
  }, "name"_a, nb::kw_only(), "is_int"_a = true, "lo"_a = nb::none(), "hi"_a = nb::none());
  cls.def("app", [](const Context& c, std::string_view name, const Handles& args, bool is_int, nb::object lo, nb::object hi) {
    return give(c, c.core->app(name, numerics(c, args), is_int, range_of(lo, hi)));
  }, "name"_a, "args"_a, nb::kw_only(), "is_int"_a = false, "lo"_a = nb::none(), "hi"_a = nb::none());
  cls.def("read", [](const Context& c, std::string_view array, const Handles& index, bool is_int, nb::object lo, nb::object hi) {
    return give(c, c.core->read(array, numerics(c, index), is_int, range_of(lo, hi)));
  }, "array"_a, "index"_a, nb::kw_only(), "is_int"_a, "lo"_a = nb::none(), "hi"_a = nb::none());

  const auto binary = [&](const char* name, Id (Core::*f)(Id, Id)) {
    cls.def(name, [f](const Context& c, const Handle& a, const Handle& b) {
      return give(c, ((*c.core).*f)(numeric(c, a), numeric(c, b)));
    }, "a"_a, "b"_a);
  };
  binary("add", static_cast<Id (Core::*)(Id, Id)>(&Core::add));
  binary("sub", &Core::sub);
  binary("mul", static_cast<Id (Core::*)(Id, Id)>(&Core::mul));
  binary("floordiv", &Core::floordiv);
  binary("mod", &Core::mod);
  cls.def("neg", [](const Context& c, const Handle& a) { return give(c, c.core->neg(numeric(c, a))); }, "a"_a);
  cls.def("recip", [](const Context& c, const Handle& a) { return give(c, c.core->recip(numeric(c, a))); }, "a"_a);
  cls.def("power", [](const Context& c, const Handle& a, nb::int_ n) { return power(c, a, n); }, "a"_a, "n"_a);

  const auto comparison = [&](const char* name, Op op, bool swap, bool negate) {
    cls.def(name, [=](const Context& c, const Handle& a, const Handle& b) {
      return swap ? compare(c, op, b, a, negate) : compare(c, op, a, b, negate);
    }, "a"_a, "b"_a);
  };
  comparison("ge", Op::Ge, false, false);
  comparison("gt", Op::Gt, false, false);
  comparison("le", Op::Ge, true, false);
  comparison("lt", Op::Gt, true, false);
  comparison("eq", Op::Eq, false, false);
  comparison("ne", Op::Eq, false, true);
  cls.def("bapp", [](const Context& c, std::string_view name, const Handles& args) {
    return give(c, c.core->bapp(name, numerics(c, args)));
  }, "name"_a, "args"_a);
  cls.def("and_", [](const Context& c, const Handle& a, const Handle& b) {
    return give(c, c.core->apply(Op::And, boolean(c, a), boolean(c, b)));
  }, "a"_a, "b"_a);
  cls.def("or_", [](const Context& c, const Handle& a, const Handle& b) {
    return give(c, c.core->apply(Op::Or, boolean(c, a), boolean(c, b)));
  }, "a"_a, "b"_a);
  cls.def("not_", [](const Context& c, const Handle& a) { return give(c, c.core->negate_bool(boolean(c, a))); }, "a"_a);
  cls.def("paren", [](const Context& c, const Handle& tree) {
    const Id t = numeric(c, tree);
    closed(c, t);
    if (!c.core->finite(t)) throw std::invalid_argument("an opaque value must be finite and defined");
    return give(c, c.core->paren(t));
  }, "tree"_a);
  cls.def("ite", [](const Context& c, const Handle& cond, const Handle& then, const Handle& other) {
    if (then.node().is_bool != other.node().is_bool) throw std::invalid_argument("branches of different sorts");
    return give(c, c.core->ite(boolean(c, cond), any(c, then), any(c, other)));
  }, "cond"_a, "then"_a, "other"_a);

  cls.def("subst", subst, "term"_a, "mapping"_a);
  cls.def("instantiate", instantiate, "term"_a, "bodies"_a);
  cls.def("unfold", unfold, "term"_a, "k"_a);
  cls.def("assign", assign, "term"_a, "values"_a);
  cls.def("literals", [](const Context& c, const Handle& t) {
    return tuple_of(c.core->tree_literals(any(c, t)), [&](Id id) { return give(c, id); });
  }, "term"_a);
  cls.def("leaves", [](const Context& c, const Handle& t) {
    return tuple_of(c.core->tree_leaves(any(c, t)), [&](Id id) { return give(c, id); });
  }, "term"_a);
  cls.def("paths", paths, "term"_a, "limit"_a = 4096);
  cls.def("atoms", [](const Context& c, const Handle& t) { return atoms(c, t, false); }, "term"_a);
  cls.def("free_syms", [](const Context& c, const Handle& t) { return atoms(c, t, true); }, "term"_a);
  cls.def("interval", interval, "term"_a);
  bind_binders(cls);
}

}  // namespace lift
