// The Python handles: a context and a term of it. A handle keeps its context alive.
#pragma once
#include <nanobind/nanobind.h>

#include <memory>

#include "core.hpp"

namespace lift {

struct Context {
  std::shared_ptr<Core> core;
};

struct Handle {
  std::shared_ptr<Core> core;
  Id id;

  const Node& node() const { return core->node(id); }
  // A polynomial that is one atom stands for the atom, and a tree that is one literal for the literal.
  Id bare() const {
    const Node& n = node();
    if (n.kind == Kind::Poly) {
      const Id atom = core->single_atom(id);
      return atom == kNone ? id : atom;
    }
    if (n.kind == Kind::Ite && n.args[1] == core->yes && n.args[2] == core->no) return n.args[0];
    return id;
  }
  const Node& bare_node() const { return core->node(bare()); }
};

template <typename Range, typename Make>
nanobind::tuple tuple_of(const Range& range, const Make& make) {
  nanobind::list out;
  for (const auto& x : range) out.append(make(x));
  return nanobind::tuple(out);
}

void bind_term(nanobind::module_& m);
void bind_context(nanobind::module_& m);
void bind_binders(nanobind::class_<Context>& cls);

}  // namespace lift
