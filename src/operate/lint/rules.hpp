// What `db lint` may find: one entry for each rule.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace stele::lint {

enum class Rule : std::uint8_t {
    drop_table,
    drop_column,
    drop_schema,
    drop_type,
    drop_constraint,
    drop_index,
    drop_function,
    drop_view,
    drop_policy,
    drop_trigger,
    drop_other,
    rename,
    alter_type,
    set_not_null,
    add_column_not_null,
    add_constraint,
    create_index,
    table_rewrite,
    heavy_lock,
    create_rule,
    truncate,
    unbounded_delete,
    unbounded_update,
    revoke_runtime,
    disable_rls,
    disable_trigger,
    transaction_control,
    lock_timeout,
    concurrently_in_transaction,
    unreadable_statement,
    unknown_mark,
    allow_unknown_rule,
    allow_without_reason,
    unterminated,
    not_plain_sql,
};

enum class Lifted : std::uint8_t {
    by_contract,  // not looked for in a file of the contract phase; may be allowed
    by_allow,     // looked for in every file; may be allowed
    never,        // about the marks themselves, or about text that is no SQL
};

struct RuleText {
    Rule rule;
    std::string_view id;  // "drop-table"
    Lifted lifted;
    std::string_view why;
    std::string_view safe;  // the way to do it
};

std::span<const RuleText> rules();  // in the enumeration's order
const RuleText& text_of(Rule rule);
std::optional<Rule> rule_named(std::string_view id);

}  // namespace stele::lint
