// Text for debugging: bounded in length, not a format that anything reads back.
#include "print.hpp"

namespace lift {
namespace {

constexpr std::size_t kLongest = 4000;
constexpr int kDeepest = 40;

class Printer {
 public:
  explicit Printer(const Core& core) : core_(core) {}

  void term(Id id, int depth) {
    if (out.size() > kLongest || depth > kDeepest) {
      if (!out.ends_with("...")) out += "...";
      return;
    }
    const Node& n = core_.node(id);
    switch (n.kind) {
      case Kind::Poly: return poly(n.poly, depth);
      case Kind::Inf: out += n.num == 1 ? "+inf" : "-inf"; return;
      case Kind::Undef:
      case Kind::BUndef: out += "undef"; return;
      case Kind::Skip: out += "skip"; return;
      case Kind::Bool: out += n.num == 1 ? "true" : "false"; return;
      case Kind::Ite:
        out += "[";
        term(n.args[0], depth + 1);
        out += " ? ";
        term(n.args[1], depth + 1);
        out += " : ";
        term(n.args[2], depth + 1);
        out += "]";
        return;
      case Kind::Sym: out += core_.text(n.name); return;
      case Kind::Var: out += "#" + std::to_string(n.num); return;
      case Kind::Paren: return list("paren(", n.args, ")", depth);
      case Kind::App:
      case Kind::BApp: return list(core_.text(n.name) + "(", n.args, ")", depth);
      case Kind::Read: return list(core_.text(n.name) + "[", n.args, "]", depth);
      case Kind::Ge: return list("", n.args, " >= 0", depth);
      case Kind::Gt: return list("", n.args, " > 0", depth);
      case Kind::Eq: return list("", n.args, " == 0", depth);
      case Kind::Big:
      case Kind::Exists: break;
    }
    out += (n.kind == Kind::Big ? core_.text(n.name) : std::string("exists")) + "<" + std::to_string(n.num) + "; ";
    for (std::size_t i = 0; i < n.domain.size(); ++i) {
      if (i != 0) out += " & ";
      if (!n.domain[i].pos) out += "!(";
      term(n.domain[i].id, depth + 1);
      if (!n.domain[i].pos) out += ")";
    }
    out += ">";
    if (n.kind == Kind::Big) list("{", n.args, "}", depth);
  }

  std::string out;

 private:
  void list(const std::string& before, const std::vector<Id>& args, const std::string& after, int depth) {
    out += before;
    for (std::size_t i = 0; i < args.size(); ++i) {
      if (i != 0) out += ", ";
      term(args[i], depth + 1);
    }
    out += after;
  }

  void poly(const Poly& p, int depth) {
    if (p.empty()) out += "0";
    for (std::size_t i = 0; i < p.size(); ++i) {
      if (i != 0) out += " + ";
      const bool bare = p[i].m == 0;
      if (bare || !p[i].c.is_one()) number(p[i].c);
      if (!bare && !p[i].c.is_one()) out += "*";
      bool first = true;
      for (const auto& [atom, n] : core_.mono(p[i].m).factors) {
        if (!first) out += "*";
        first = false;
        term(atom, depth + 1);
        if (n != 1) out += "^" + std::to_string(n);
      }
      if (out.size() > kLongest) return;
    }
  }

  void number(const Rat& c) {
    const auto integer = [this](const BigInt& v) { out += v.is_small() ? std::to_string(v.small()) : "0x" + v.to_hex(); };
    integer(c.num());
    if (c.is_int()) return;
    out += "/";
    integer(c.den());
  }

  const Core& core_;
};

}  // namespace

std::string to_text(const Core& core, Id id) {
  Printer p(core);
  p.term(id, 0);
  return std::move(p.out);
}

}  // namespace lift
