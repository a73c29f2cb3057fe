// The Python class Term. Contract: python/triton_lift/_core.pyi.
#include <nanobind/stl/string.h>

#include "handle.hpp"
#include "print.hpp"
#include "python_int.hpp"

namespace nb = nanobind;

namespace lift {
namespace {

const char* kind_name(Kind k) {
  switch (k) {
    case Kind::Poly: return "poly";
    case Kind::Inf: return "inf";
    case Kind::Undef: return "undef";
    case Kind::Skip: break;
    case Kind::Bool: return "bool";
    case Kind::BUndef: return "bundef";
    case Kind::Ite: return "ite";
    case Kind::Sym: return "sym";
    case Kind::Var: return "var";
    case Kind::App: return "app";
    case Kind::Read: return "read";
    case Kind::Big: return "big";
    case Kind::Paren: return "paren";
    case Kind::Ge: return "ge";
    case Kind::Gt: return "gt";
    case Kind::Eq: return "eq";
    case Kind::BApp: return "bapp";
    case Kind::Exists: return "exists";
  }
  return "?";
}

std::string hex_key(const Key& k) {
  std::string out;
  for (const std::uint64_t word : {k.a, k.b}) {
    for (int i = 60; i >= 0; i -= 4) out.push_back("0123456789abcdef"[(word >> i) & 15]);
  }
  return out;
}

nb::tuple monomials(const Handle& h) {
  const Core& core = *h.core;
  return tuple_of(h.node().poly, [&](const Monomial& t) {
    const nb::tuple factors = tuple_of(core.mono(t.m).factors, [&](const auto& f) {
      return nb::make_tuple(Handle{h.core, f.first}, f.second);
    });
    return nb::make_tuple(to_python(t.c.num()), to_python(t.c.den()), factors);
  });
}

nb::object constant(const Handle& h) {
  if (h.node().kind != Kind::Poly) return nb::none();
  const auto c = h.core->constant(h.node().poly);
  if (!c) return nb::none();
  return nb::make_tuple(to_python(c->num()), to_python(c->den()));
}

std::string name_of(const Handle& h) {
  const Node& n = h.bare_node();
  const bool named = n.kind == Kind::Sym || n.kind == Kind::App || n.kind == Kind::BApp || n.kind == Kind::Read ||
                     n.kind == Kind::Big;
  return named ? h.core->text(n.name) : std::string();
}

}  // namespace

void bind_term(nb::module_& m) {
  nb::class_<Handle>(m, "Term", nb::is_final(), "An immutable handle; keeps its context alive.")
      .def_prop_ro("kind", [](const Handle& h) { return kind_name(h.node().kind); })
      .def_prop_ro("is_bool", [](const Handle& h) { return h.node().is_bool; })
      .def_prop_ro("is_int", [](const Handle& h) { return h.node().meta.is_int; })
      .def_prop_ro("id", [](const Handle& h) { return h.bare(); })
      .def_prop_ro("key", [](const Handle& h) { return hex_key(h.bare_node().meta.key); })
      .def_prop_ro("size", [](const Handle& h) { return h.core->below(h.id, [](const Node&) { return true; }).size(); })
      .def_prop_ro("name", name_of)
      .def_prop_ro("args", [](const Handle& h) {
        return tuple_of(h.node().args, [&](Id id) { return Handle{h.core, id}; });
      })
      .def_prop_ro("index", [](const Handle& h) { return h.bare_node().kind == Kind::Var ? h.bare_node().num : 0; })
      .def_prop_ro("sign", [](const Handle& h) {
        return h.node().kind == Kind::Inf ? (h.node().num == 1 ? 1 : -1) : 0;
      })
      .def_prop_ro("truth", [](const Handle& h) { return h.node().kind == Kind::Bool && h.node().num == 1; })
      .def_prop_ro("nvars", [](const Handle& h) {
        const Node& n = h.bare_node();
        return n.kind == Kind::Big || n.kind == Kind::Exists ? n.num : 0;
      })
      .def_prop_ro("domain", [](const Handle& h) {
        return tuple_of(h.bare_node().domain, [&](Lit l) { return nb::make_tuple(Handle{h.core, l.id}, l.pos); });
      })
      .def_prop_ro("monomials", monomials)
      .def_prop_ro("constant", constant)
      .def_prop_ro("has_undef", [](const Handle& h) { return h.node().has_undef; })
      .def_prop_ro("has_inf", [](const Handle& h) { return h.node().has_inf; })
      .def("__eq__", [](const Handle& h, nb::handle other) {
        if (!nb::isinstance<Handle>(other)) return false;
        const Handle& o = nb::cast<const Handle&>(other);
        return h.core == o.core && (h.id == o.id || h.bare() == o.bare());
      }, nb::arg("other").none())
      .def("__hash__", [](const Handle& h) { return static_cast<Py_hash_t>(h.bare()); })
      .def("__repr__", [](const Handle& h) { return "<Term " + to_text(*h.core, h.id) + ">"; });
}

}  // namespace lift
