#include "knowledge/conversations/segment_search.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <ranges>
#include <unordered_set>

#include "knowledge/conversations/sql.hpp"
#include "knowledge/conversations/store.hpp"
#include "knowledge/retrieval/gather.hpp"
#include "knowledge/retrieval/lists.hpp"

namespace stele::conversations {

namespace {

using retrieval::Item;

using retrieval::ScoredItem;
using retrieval::SegmentSearch;

constexpr std::int32_t kNear = 30;
constexpr std::int32_t kNewest = 300;          // whose speakers take part
constexpr std::size_t kNewestCandidates = 20;  // of them, whatever they say
constexpr std::size_t kSurrounded = 12;        // the best by words and the nearest, of each

// What is looked for outside the snapshot.
struct OutsideSnapshot {
    std::vector<Uuid> newest;
    std::shared_future<std::vector<Uuid>> near;  // not valid: nothing is near
};

// Set once: by whoever has what others wait for, or who will never have it.
class Flag {
  public:
    void set() {
        flag_.test_and_set();
        flag_.notify_all();
    }
    void wait() const { flag_.wait(false); }

  private:
    std::atomic_flag flag_;
};

// What is near in meaning, looked for on a connection of its own. That one is there when this
// returns: who waits for the answer with a connection in hand must not wait for another. The other
// thread shares the database with this one and copies all else.
std::future<std::vector<Uuid>> begin_near(runtime::Context& context, const CandidateQuery& scan,
                                          const vectors::QueryMeaning& meaning,
                                          ConcurrentTask& concurrent) {
    const auto connected = std::make_shared<Flag>();
    const auto look = [&db = context.db, call = call_of(context), scopes = scan.scopes, meaning,
                       connected] {
        const struct AtLast {
            Flag& flag;
            ~AtLast() { flag.set(); }  // a transaction that fails may never have had a connection
        } at_last{*connected};
        const pg::HalfVector question{*meaning.vector};
        return db.transaction(call, [&](pg::Transaction& tx) {
            connected->set();
            const retrieval::NearLists lists = retrieval::near_lists(
                db, tx, call.tenant, retrieval::Kind::message, meaning.model, question);
            return retrieval::nearest_in(tx.pipeline([&](pg::Pipeline& p) {
                retrieval::ask_nearest(p, call.tenant, retrieval::Kind::message, meaning.model,
                                       question, lists, scopes, kNear);
            })[0]);
        });
    };
    auto task = std::make_shared<std::packaged_task<std::vector<Uuid>()>>(look);
    auto near = task->get_future();
    if (!concurrent.begin([task] { (*task)(); })) (*task)();
    connected->wait();
    return near;
}

OutsideSnapshot ask_outside_snapshot(runtime::Context& context, const CandidateQuery& scan,
                                     Candidates& out, ConcurrentTask& concurrent) {
    const auto& [org, project] = call_of(context).tenant;
    OutsideSnapshot outside;
    std::vector<std::string> people;
    for (const pg::Row row : context.db.once(call_of(context), sql::search_newest, org, project,
                                             scan.scopes, kNewest)) {
        if (outside.newest.size() < kNewestCandidates) outside.newest.push_back(row.get<Uuid>(0));
        add_person(people, row.raw(1));
    }
    if (out.question.text.empty()) out.understand(scan, people);
    if (scan.messages && out.meaning.vector)
        outside.near = begin_near(context, scan, out.meaning, concurrent);
    else
        concurrent.begin();
    return outside;
}

// The steps of one search; each is one round trip for messages and summaries together.
class SegmentCandidates {
  public:
    SegmentCandidates(pg::Transaction& tx, const runtime::Context& context,
                      const CandidateQuery& scan, const OutsideSnapshot& outside, Candidates& out)
        : tx_(tx),
          caller_(context.caller),
          scan_(scan),
          outside_(outside),
          out_(out),
          reach_(retrieval::reach_for(scan.limit)),
          messages_(context.db, {org(), project()}, retrieval::Kind::message),
          summaries_(context.db, {org(), project()}, retrieval::Kind::summary),
          reader_(out.question, caller_, scan.only) {}

    void run() {
        find_segments();
        find_words();
        find_best();
        read_rows();
        if (!scan_.messages) return;
        read_surroundings();
        if (out_.meaning.vector) read_meanings();
        out_.messages = std::move(reader_.candidates());
    }

  private:
    const Uuid& org() const { return caller_.org; }
    const Uuid& project() const { return caller_.project; }
    pg::HalfVector half() const { return {*out_.meaning.vector}; }

    void find_segments() {
        const auto answers = tx_.pipeline([&](pg::Pipeline& p) {
            messages_.ask_manifest(p);
            summaries_.ask_manifest(p);
        });
        messages_.take_manifest(answers[0]);
        summaries_.take_manifest(answers[1]);
        reader_.candidates().terms = out_.summaries.terms = out_.question.terms.size();
    }

    void find_words() {
        message_terms_ = retrieval::segment_terms(tx_, messages_, out_.question);
        summary_terms_ = retrieval::segment_terms(tx_, summaries_, out_.question);
        auto answers = tx_.pipeline([&](pg::Pipeline& p) {
            messages_.ask_postings(p, message_terms_.dimensions);
            summaries_.ask_postings(p, summary_terms_.dimensions);
        });
        messages_.take_postings(std::move(answers[0]));
        summaries_.take_postings(std::move(answers[1]));
    }

    // The best by words, of the unindexed items and of the segments.
    void find_best() {
        const auto of_messages =
            weighted(out_.question, use_rarity(messages_, message_terms_, reader_.candidates()));
        const auto of_summaries =
            weighted(out_.question, use_rarity(summaries_, summary_terms_, out_.summaries));
        const auto page = std::int32_t(reach_.page);
        auto answers = tx_.pipeline([&](pg::Pipeline& p) {
            p.add(sql::search_unindexed, org(), project(), scan_.scopes, of_messages, page);
            messages_.ask_page(p, reach_.page);
            p.add(sql::search_unindexed_summaries, org(), project(), scan_.scopes, of_summaries,
                  page);
            summaries_.ask_page(p, reach_.page);
        });
        const auto message_page = messages_.take_page(std::move(answers[1]));
        message_ids_ = retrieval::best_of(scored(answers[0]), message_page, reach_.page);
        messages_in_segments_ = message_page.size();
        const auto summary_page = summaries_.take_page(std::move(answers[3]));
        summary_ids_ = retrieval::best_of(scored(answers[2]), summary_page, reach_.page);
        summaries_in_segments_ = summary_page.size();
    }

    static std::vector<ScoredItem> scored(const pg::Result& unindexed) {
        std::vector<ScoredItem> out;
        for (const pg::Row row : unindexed)
            out.push_back({row.get<Uuid>(0), float(-row.get<double>(1))});
        return out;
    }

    void read_rows() {
        std::vector<Uuid> near;
        if (outside_.near.valid()) near = outside_.near.get();
        const std::size_t most = std::max(scan_.limit, kSurrounded);
        for (const auto* best : {&message_ids_, &near})
            for (const Uuid& id : *best | std::views::take(most)) surrounded_.insert(id);
        message_ids_.insert(message_ids_.end(), near.begin(), near.end());
        message_ids_.insert(message_ids_.end(), outside_.newest.begin(), outside_.newest.end());
        const std::vector<Uuid> wanted =
            unknown(scan_.messages ? message_ids_ : std::vector<Uuid>{});
        auto answers = tx_.pipeline([&](pg::Pipeline& p) {
            ask_messages(p, wanted);
            ask_summaries(p, scan_.summaries ? summary_ids_ : std::vector<Uuid>{});
        });
        if (scan_.messages)
            read_more(tx_, messages_, reach_, messages_in_segments_, add(std::move(answers[0])),
                      [&](const std::vector<Uuid>& ids) { return read(ids); });
        if (scan_.summaries)
            read_more(tx_, summaries_, reach_, summaries_in_segments_, add_summaries(answers[1]),
                      [&](const std::vector<Uuid>& ids) {
                          return add_summaries(
                              tx_.pipeline([&](pg::Pipeline& p) { ask_summaries(p, ids); })[0]);
                      });
    }

    void ask_messages(pg::Pipeline& p, const std::vector<Uuid>& ids) const {
        p.add(sql::search_rows, org(), project(), scan_.scopes, ids);
    }

    void ask_summaries(pg::Pipeline& p, const std::vector<Uuid>& ids) const {
        std::optional<pg::HalfVector> question;
        if (out_.meaning.vector) question = half();
        p.add(sql::search_summary_rows, org(), project(), scan_.scopes, question,
              out_.meaning.model, ids);
    }

    std::vector<Uuid> unknown(const std::vector<Uuid>& ids) {
        std::vector<Uuid> out;
        for (const Uuid& id : ids)
            if (known_.insert(id).second) out.push_back(id);
        return out;
    }

    // How many of them may be an answer.
    std::size_t add(pg::Result rows) {
        out_.rows.push_back(std::move(rows));
        const std::size_t before = reader_.candidates().items.size();
        reader_.add(out_.rows.back());
        return std::size_t(std::ranges::count_if(
            reader_.candidates().items | std::views::drop(before), &Item::eligible));
    }

    std::size_t read(const std::vector<Uuid>& ids) {
        const std::vector<Uuid> fresh = unknown(ids);
        return add(std::move(tx_.pipeline([&](pg::Pipeline& p) { ask_messages(p, fresh); })[0]));
    }

    std::size_t add_summaries(const pg::Result& rows) {
        read_summaries(out_.summaries, rows, out_.question, caller_, scan_.only);
        return std::size_t(rows.rows());
    }

    // Between people a message is found by what stands beside it.
    void read_surroundings() {
        std::vector<Uuid> threads;
        std::vector<std::int32_t> places;
        for (const Item& item : reader_.candidates().items) {
            if (item.setting != retrieval::Setting::dialogue || !surrounded_.contains(item.id))
                continue;
            threads.push_back(reader_.threads()[std::size_t(item.thread)]);
            places.push_back(item.seq);
        }
        if (threads.empty()) return;
        add(tx_.query(sql::search_around, org(), project(), scan_.scopes, threads, places));
    }

    void read_meanings() {
        reader_.add_meanings(tx_.query(sql::search_vectors_of, org(), project(), half(),
                                       out_.meaning.model, ids_of(reader_.candidates())));
    }

    pg::Transaction& tx_;
    const runtime::Caller& caller_;
    const CandidateQuery& scan_;
    const OutsideSnapshot& outside_;
    Candidates& out_;
    const retrieval::Reach reach_;
    SegmentSearch messages_, summaries_;
    retrieval::SegmentTerms message_terms_, summary_terms_;
    MessageReader reader_;
    std::vector<Uuid> message_ids_, summary_ids_;
    std::size_t messages_in_segments_ = 0, summaries_in_segments_ = 0;
    std::unordered_set<Uuid> surrounded_;  // messages whose surroundings are looked at
    std::unordered_set<Uuid> known_;       // messages whose rows were asked for
};

}  // namespace

void gather_from_segments(runtime::Context& context, const CandidateQuery& scan,
                          ConcurrentTask& concurrent, Candidates& out) {
    const OutsideSnapshot outside = ask_outside_snapshot(context, scan, out, concurrent);
    pg::Call call = call_of(context);
    call.snapshot = true;
    context.db.transaction(call, [&](pg::Transaction& tx) {
        out.rows.clear();
        out.messages = out.summaries = {};
        SegmentCandidates(tx, context, scan, outside, out).run();
    });
}

}  // namespace stele::conversations
