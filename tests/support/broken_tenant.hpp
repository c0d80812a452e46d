// A tenant in which nothing can be done, beside others in which everything can.
#pragma once

#include <string>

#include "foundation/base/uuid.hpp"

namespace stele::testing {

// SQL that makes every UPDATE of this org's rows in a table fail, until
// "DROP TRIGGER refuse ON <table>".
inline std::string refuse_updates(const std::string& table, const Uuid& org) {
    return "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION "
           "''this tenant is broken''; END'; CREATE TRIGGER refuse BEFORE UPDATE ON " +
           table + " FOR EACH ROW WHEN (OLD.org_id = '" + org.text() +
           "') EXECUTE FUNCTION refuse()";
}

}  // namespace stele::testing
