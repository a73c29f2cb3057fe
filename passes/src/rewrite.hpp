// A walk that rebuilds a term through the constructors: what a substitution and an unfolding share.
#pragma once
#include "core.hpp"

namespace lift {

class Rewriter {
 public:
  Rewriter(const Rewriter&) = delete;
  Rewriter& operator=(const Rewriter&) = delete;
  virtual ~Rewriter() = default;

  Id tree(Id t);
  Id literal(Id id);

 protected:
  explicit Rewriter(Core& core) : core_(core) {}

  // False when a term with this meta is certain to stay as it is.
  virtual bool touched(const Meta& m) const = 0;
  // Whether a binder of which `touched` holds may change.
  virtual bool inside(Id binder) = 0;
  // What an atom or literal is replaced by as it stands, else kNone.
  virtual Id image(Id) { return kNone; }
  // What a rewritten polynomial (by now perhaps a tree) becomes.
  virtual Id settled(Id t) { return t; }
  // What a read at these rewritten indices becomes, else kNone.
  virtual Id read(const Node&, const std::vector<Id>&) { return kNone; }

  struct Parts {  // of an opened binder, rewritten
    std::optional<BigKind> kind;  // nothing for `exists`
    std::vector<Id> syms;
    std::vector<Id> conds;  // one tree for each literal of the domain
    Id body;                // kNone for `exists`
    bool same;
  };
  // The binder closed again; kNone when it stays as it is.
  virtual Id rebuilt(const Parts& parts) { return parts.same ? kNone : closed(parts); }
  Id closed(const Parts& parts);

  Core& core_;
  Levels in_use_;
  std::shared_ptr<Memo> memo_;

 private:
  template <typename Make>
  Id memo(Id id, const Make& make);
  Id poly(Id t);
  Id atom(Id id);
  Id binder(Id id);

  std::vector<Memo> lossy_{1};  // one for each open binder: what was dropped below it must be seen again under the next
};

}  // namespace lift
