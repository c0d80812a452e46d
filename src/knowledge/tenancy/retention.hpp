// Retention classes of what a tenant stores.
#pragma once

#include <array>

#include "foundation/base/reflect.hpp"

namespace stele::tenancy {

// How long an item is kept: configuration says how many days each class lasts. Whatever is under
// legal hold cannot be deleted, by the database's own law.
enum class Retention { ephemeral, standard, audit, legal_hold };

}  // namespace stele::tenancy

namespace stele::reflect {

template <>
struct EnumNames<tenancy::Retention> {
    static constexpr std::array<std::pair<tenancy::Retention, std::string_view>, 4> values{
        {{tenancy::Retention::ephemeral, "ephemeral"},
         {tenancy::Retention::standard, "standard"},
         {tenancy::Retention::audit, "audit"},
         {tenancy::Retention::legal_hold, "legal-hold"}}};
};

}  // namespace stele::reflect
