#include "knowledge/conversations/segments.hpp"

#include "knowledge/conversations/sql.hpp"

namespace stele::conversations {

namespace {

void set_message_words(pg::Transaction& tx, const pg::Tenant& tenant,
                       const retrieval::SplitTexts& texts) {
    tx.query(sql::set_message_words, tenant.org, tenant.project, texts.ids, texts.lexemes,
             texts.words, texts.pairs, texts.first_pairs, texts.last_pairs);
}

void set_summary_words(pg::Transaction& tx, const pg::Tenant& tenant,
                       const retrieval::SplitTexts& texts) {
    tx.query(sql::set_summary_words, tenant.org, tenant.project, texts.ids, texts.lexemes,
             texts.words);
}

}  // namespace

const retrieval::Source& message_segments() {
    static const retrieval::Source kSource{
        retrieval::Kind::message,        sql::take_unindexed_message, sql::count_unindexed_message,
        sql::mark_all_unindexed_message, sql::message_texts,          set_message_words};
    return kSource;
}

const retrieval::Source& summary_segments() {
    static const retrieval::Source kSource{
        retrieval::Kind::summary,        sql::take_unindexed_summary, sql::count_unindexed_summary,
        sql::mark_all_unindexed_summary, sql::summary_texts,          set_summary_words};
    return kSource;
}

void Traces::add(pg::Transaction& tx, const runtime::Caller& caller, const Uuid& thread,
                 const std::optional<std::vector<std::int32_t>>& places) {
    for (const pg::Row row : tx.query(sql::traces, caller.org, caller.project, thread, places)) {
        const bool message = row.get<bool>(0);
        const Uuid id = row.get<Uuid>(1);
        if (!message) summaries_.push_back(id);
        if (!row.is_null(2))
            (message ? indexed_messages_ : indexed_summaries_)
                .push_back(retrieval::gone(id, row.raw(2)));
    }
}

void Traces::purge(pg::Transaction& tx, const runtime::Caller& caller) const {
    const pg::Tenant tenant{caller.org, caller.project};
    retrieval::purge(tx, tenant, retrieval::Kind::message, indexed_messages_);
    retrieval::purge(tx, tenant, retrieval::Kind::summary, indexed_summaries_);
}

}  // namespace stele::conversations
