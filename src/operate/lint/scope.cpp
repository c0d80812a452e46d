#include "operate/lint/scope.hpp"

#include <fmt/format.h>

namespace stele::lint {

std::string Scope::known(const std::string& relation) const {
    const auto made = earlier_.find(relation);
    return made == earlier_.end() ? relation
                                  : fmt::format("{}, which {} made", relation, made->second);
}

void Scope::made(const std::string& relation, bool perhaps) {
    if (!relation.empty() && !(perhaps && earlier_.contains(relation))) new_.insert(relation);
}

void Scope::renamed(const std::string& from, const std::string& to) {
    if (new_.erase(from) != 0) new_.insert(to);
}

void Scope::found(Rule rule, const Token& at, std::string message) {
    if (contract_ && text_of(rule).lifted == Lifted::by_contract) return;
    found_.push_back({rule, at, std::move(message)});
}

}  // namespace stele::lint
