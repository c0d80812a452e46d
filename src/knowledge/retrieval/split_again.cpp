#include "knowledge/retrieval/labels.hpp"
#include "knowledge/retrieval/lexical.hpp"
#include "knowledge/retrieval/segment_steps.hpp"

namespace stele::retrieval {

namespace {

constexpr std::int32_t kTexts = 500;  // of one transaction: who changes one of them waits for it

SplitTexts split(const pg::Result& texts, const Source& source) {
    SplitTexts out;
    for (const pg::Row row : texts) {
        Document document = analyse(row.raw(1));
        out.ids.push_back(row.get<Uuid>(0));
        out.lexemes.push_back(source.labels
                                  ? labelled(std::move(document.lexemes), source.labels(row))
                                  : std::move(document.lexemes));
        out.words.push_back(document.words);
        out.first_pairs.push_back(std::int32_t(out.pairs.size()) + 1);
        out.pairs.insert(out.pairs.end(), document.pairs.begin(), document.pairs.end());
        out.last_pairs.push_back(std::int32_t(out.pairs.size()));
    }
    return out;
}

}  // namespace

std::int64_t split_again(runtime::Context& context, const pg::Call& call, const Source& source) {
    std::int64_t done = 0;
    for (Uuid after;;) {
        const SplitTexts page = context.db.transaction(call, [&](pg::Transaction& tx) {
            SplitTexts out =
                split(tx.query(source.texts, call.tenant.org, call.tenant.project, after, kTexts),
                      source);
            if (!out.ids.empty()) source.set_words(tx, call.tenant, out);
            return out;
        });
        if (page.ids.empty()) return done;
        after = page.ids.back();
        done += std::int64_t(page.ids.size());
        if (context.progress) context.progress({double(done), 0, "texts"});
    }
}

}  // namespace stele::retrieval
