#include "chat/segments.hpp"

#include "chat/sql.hpp"

namespace stele::chat {

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

void Folded::add(pg::Transaction& tx, const api::Caller& caller, const Uuid& thread,
                 const std::optional<std::vector<std::int32_t>>& places) {
    for (const pg::Row row :
         tx.query(sql::folded_traces, caller.org, caller.project, thread, places))
        (row.get<bool>(0) ? messages_ : summaries_)
            .push_back(retrieval::gone(row.get<Uuid>(1), row.raw(2)));
}

void Folded::purge(pg::Transaction& tx, const api::Caller& caller) const {
    const pg::Tenant tenant{caller.org, caller.project};
    retrieval::purge(tx, tenant, retrieval::Kind::message, messages_);
    retrieval::purge(tx, tenant, retrieval::Kind::summary, summaries_);
}

}  // namespace stele::chat
