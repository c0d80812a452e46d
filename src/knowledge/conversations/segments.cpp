#include "knowledge/conversations/segments.hpp"

#include "knowledge/conversations/sql.hpp"

namespace stele::conversations {

const retrieval::Source& message_segments() {
    static const retrieval::Source kSource{retrieval::Kind::message, sql::message_fold_take,
                                           sql::message_fold_waiting, sql::message_unfold_all};
    return kSource;
}

const retrieval::Source& summary_segments() {
    static const retrieval::Source kSource{retrieval::Kind::summary, sql::summary_fold_take,
                                           sql::summary_fold_waiting, sql::summary_unfold_all};
    return kSource;
}

void Traces::add(pg::Transaction& tx, const runtime::Caller& caller, const Uuid& thread,
                 const std::optional<std::vector<std::int32_t>>& places) {
    for (const pg::Row row : tx.query(sql::traces, caller.org, caller.project, thread, places)) {
        const bool message = row.get<bool>(0);
        const Uuid id = row.get<Uuid>(1);
        if (!message) summaries_.push_back(id);
        if (!row.is_null(2))
            (message ? folded_messages_ : folded_summaries_)
                .push_back(retrieval::gone(id, row.raw(2)));
    }
}

void Traces::purge(pg::Transaction& tx, const runtime::Caller& caller) const {
    const pg::Tenant tenant{caller.org, caller.project};
    retrieval::purge(tx, tenant, retrieval::Kind::message, folded_messages_);
    retrieval::purge(tx, tenant, retrieval::Kind::summary, folded_summaries_);
}

}  // namespace stele::conversations
