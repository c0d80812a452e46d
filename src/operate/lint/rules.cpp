#include "operate/lint/rules.hpp"

#include <array>

namespace stele::lint {

namespace {

using enum Rule;
using enum Lifted;

constexpr std::string_view kStillUsed =
    "while binaries are exchanged the older ones go on using it, and what it held is gone";
constexpr std::string_view kContractLater =
    "stop using it in one release, drop it in a later one's file marked -- stele:phase contract";

constexpr std::array kRules{
    RuleText{drop_table, "drop-table", by_contract, kStillUsed, kContractLater},
    RuleText{drop_column, "drop-column", by_contract, kStillUsed, kContractLater},
    RuleText{drop_schema, "drop-schema", by_contract, kStillUsed, kContractLater},
    RuleText{drop_type, "drop-type", by_contract, kStillUsed, kContractLater},
    RuleText{drop_constraint, "drop-constraint", by_contract,
             "older binaries rely on what it promises, and rows that break it cannot be undone",
             kContractLater},
    RuleText{drop_index, "drop-index", by_contract,
             "older binaries' queries need it, and dropping it locks the table",
             "drop it CONCURRENTLY in a later file marked -- stele:phase contract"},
    RuleText{drop_function, "drop-function", by_contract, kStillUsed,
             "CREATE OR REPLACE keeps callers whole; drop it in a later contract file"},
    RuleText{drop_view, "drop-view", by_contract, kStillUsed,
             "CREATE OR REPLACE may add columns at the end; drop it in a later contract file"},
    RuleText{drop_policy, "drop-policy", by_contract,
             "without it the table shows nothing, or, with others beside it, too much",
             "ALTER POLICY changes its expressions in place"},
    RuleText{drop_trigger, "drop-trigger", by_contract, "older binaries rely on what it keeps true",
             "CREATE OR REPLACE TRIGGER changes it in place"},
    RuleText{drop_other, "drop-other", by_contract, kStillUsed, kContractLater},
    RuleText{rename, "rename", by_contract, "older binaries ask for the old name",
             "add the new thing beside the old one, write both, drop the old one in a later "
             "contract file"},
    RuleText{alter_type, "alter-type", by_contract,
             "it rewrites the table under a lock that stops reads, and older binaries send the "
             "old type",
             "add a column of the new type, fill it in batches, change over, drop the old one in "
             "a contract file"},
    RuleText{set_not_null, "set-not-null", by_contract,
             "it reads the whole table under a lock that stops reads, and older binaries may "
             "still write NULL",
             "ADD CONSTRAINT … CHECK (c IS NOT NULL) NOT VALID, VALIDATE it in a later file, then "
             "SET NOT NULL in a contract file"},
    RuleText{add_column_not_null, "add-column-not-null", by_contract,
             "it fails when the table has rows, and older binaries' inserts fail",
             "give it a constant DEFAULT, or add it without NOT NULL"},
    RuleText{add_constraint, "add-constraint", by_contract,
             "every row is checked while the table is locked against writes",
             "ADD CONSTRAINT … NOT VALID now and VALIDATE CONSTRAINT in a later file; for UNIQUE "
             "and PRIMARY KEY build the index CONCURRENTLY and ADD CONSTRAINT … USING INDEX"},
    RuleText{create_index, "create-index", by_contract,
             "the table takes no writes until the index is built",
             "CREATE INDEX CONCURRENTLY in a file of its own marked -- stele:no-transaction"},
    RuleText{
        table_rewrite, "table-rewrite", by_contract,
        "every row is written anew under a lock that stops reads and writes",
        "add the column without the value, give it a default in a second statement, fill it in "
        "batches outside migrations"},
    RuleText{heavy_lock, "heavy-lock", by_contract,
             "readers or writers of the table wait until it has ended",
             "use the CONCURRENTLY form in a file marked -- stele:no-transaction, or do it in a "
             "maintenance window as a contract file"},
    RuleText{create_rule, "create-rule", by_contract,
             "a rule changes what statements of running binaries do, without an error",
             "use a trigger, or a view beside the table"},
    RuleText{truncate, "truncate", by_contract,
             "it takes every tenant's rows away at once, under a lock that stops reads",
             "delete with a WHERE, in batches, outside migrations"},
    RuleText{unbounded_delete, "unbounded-delete", by_contract,
             "without a WHERE every tenant's rows go, in one long transaction",
             "say which rows, and delete in batches outside migrations"},
    RuleText{unbounded_update, "unbounded-update", by_contract,
             "without a WHERE every row is written anew and stays locked until the end",
             "say which rows, and fill in batches outside migrations"},
    RuleText{revoke_runtime, "revoke-runtime", by_contract,
             "running binaries work as this role and fail from the next statement on",
             "release binaries that do without it, then revoke in a contract file"},
    RuleText{disable_rls, "disable-rls", by_contract,
             "row-level security is what keeps tenants apart", "ALTER POLICY changes what is seen"},
    RuleText{disable_trigger, "disable-trigger", by_contract,
             "rows written meanwhile, by anybody, miss what the trigger keeps true",
             "make the trigger's function pass over what it shall pass over"},
    RuleText{transaction_control, "transaction-control", by_allow,
             "the runner commits a file together with its row in the ledger",
             "take it out; -- stele:no-transaction at the top runs a file without a transaction"},
    RuleText{lock_timeout, "lock-timeout", by_allow,
             "a statement that waits for a lock makes everybody behind it wait",
             "begin with SET LOCAL lock_timeout = '5s'; (SET in a file without a transaction)"},
    RuleText{concurrently_in_transaction, "concurrently-in-transaction", by_allow,
             "PostgreSQL refuses CONCURRENTLY inside a transaction",
             "put it into a file of its own with -- stele:no-transaction at the top"},
    RuleText{unreadable_statement, "unreadable-statement", by_allow,
             "what it does was not looked at: its syntax is wrong, or newer than this program's "
             "parser",
             "mend it, or look at it yourself and say so: -- stele:allow unreadable-statement "
             "<reason>"},
    RuleText{unknown_mark, "unknown-mark", never, "a mark that is not understood does nothing",
             "in the comment at the top: stele:phase contract, stele:no-transaction; anywhere: "
             "stele:allow <rule> <reason>"},
    RuleText{allow_unknown_rule, "allow-unknown-rule", never, "it allows nothing, and seems to",
             "name one of the rules that findings show"},
    RuleText{allow_without_reason, "allow-without-reason", never,
             "the next reader cannot tell whether it still holds",
             "-- stele:allow <rule> <reason>"},
    RuleText{unterminated, "unterminated", never, "what follows it is not seen as SQL",
             "close the comment, the string or the quoted identifier"},
    RuleText{not_plain_sql, "not-plain-sql", never,
             "the server refuses the file, or it runs something else than what was looked at",
             "save it as UTF-8 without a byte order mark; leave psql's own commands out"},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < kRules.size(); ++i)
        if (std::size_t(kRules[i].rule) != i) return false;
    return true;
}
static_assert(in_order(), "text_of() finds a rule by its place");

}  // namespace

std::span<const RuleText> rules() {
    return kRules;
}

const RuleText& text_of(Rule rule) {
    return kRules[std::size_t(rule)];
}

std::optional<Rule> rule_named(std::string_view id) {
    for (const RuleText& text : kRules)
        if (text.id == id) return text.rule;
    return std::nullopt;
}

}  // namespace stele::lint
