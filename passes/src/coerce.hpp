// Python arguments to ids: sort, context and closedness are checked here.
#pragma once
#include <stdexcept>
#include <vector>

#include "handle.hpp"

namespace lift {

using Handles = std::vector<Handle>;

inline Handle give(const Context& c, Id id) { return {c.core, id}; }

inline void own(const Context& c, const Handle& h) {
  if (h.core != c.core) throw std::invalid_argument("the term belongs to another context");
}

inline Id numeric(const Context& c, const Handle& h) {
  own(c, h);
  const Node& n = h.node();
  if (n.is_bool) throw std::invalid_argument("a numeric term is needed, not a Boolean one");
  return is_atom_kind(n.kind) ? c.core->atom_poly(h.id) : h.id;
}

inline Id boolean(const Context& c, const Handle& h) {
  own(c, h);
  const Node& n = h.node();
  if (!n.is_bool) throw std::invalid_argument("a Boolean term is needed, not a numeric one");
  return is_literal_kind(n.kind) ? c.core->lit_tree({h.id, true}) : h.id;
}

inline Id any(const Context& c, const Handle& h) { return h.node().is_bool ? boolean(c, h) : numeric(c, h); }

inline std::vector<Id> numerics(const Context& c, const Handles& hs) {
  std::vector<Id> out;
  for (const Handle& h : hs) out.push_back(numeric(c, h));
  return out;
}

inline void closed(const Context& c, Id id) {
  if (c.core->node(id).meta.loose != 0) throw std::invalid_argument("the term has dangling bound variables");
}

}  // namespace lift
