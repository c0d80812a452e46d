// Finding what was said: by its words, by what stands around it, and as well after it was indexed.
#include <fmt/format.h>
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <future>

#include "foundation/base/error.hpp"
#include "foundation/base/limits.hpp"
#include "knowledge/conversations/search.hpp"
#include "knowledge/conversations/segments.hpp"
#include "knowledge/conversations/tests/fixture.hpp"
#include "knowledge/conversations/worker.hpp"
#include "knowledge/retrieval/lexical.hpp"
#include "knowledge/retrieval/segment_builder.hpp"
#include "support/boat_model.hpp"

namespace stele::conversations {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::vector<std::string> found(const SearchOutput& out) {
    std::vector<std::string> contents;
    for (const SearchRow& row : out.results) contents.push_back(row.content);
    return contents;
}

struct ChatSearch : ::testing::Test {
    World world;
    runtime::Context context = world.context();

    void talk(const std::string& thread,
              const std::vector<std::pair<std::string, std::string>>& said_) {
        LogBatchInput batch;
        for (const auto& [speaker, content] : said_)
            batch.messages.push_back(said(content, thread, speaker));
        log_batch(context, batch);
    }
    SearchOutput ask(const std::string& query, const std::function<void(SearchInput&)>& with = {}) {
        SearchInput in;
        in.query = query;
        in.why = in.signals = true;
        if (with) with(in);
        return search(context, in);
    }
    // Enough of other talk that the oldest is indexed.
    void fill_and_index(int count) {
        for (int from = 0; from < count; from += 500) {
            LogBatchInput batch;
            for (int i = from; i < std::min(count, from + 500); ++i)
                batch.messages.push_back(
                    said(fmt::format("backfill talk number{}x about nothing", i),
                         fmt::format("noise {}", i / 40), i % 2 ? "Ann" : "Bob"));
            log_batch(context, batch);
        }
        const std::vector<retrieval::Source> sources{message_segments(), summary_segments()};
        indexed = retrieval::build_all(context, sources).items;
    }
    std::int64_t indexed = 0;
};

TEST_F(ChatSearch, TheAnswerIsFoundByTheQuestionBeforeIt) {
    talk("music", {{"John", "What instrument do you play these days, Tim?"},
                   {"Tim", "The violin, since I was six."},
                   {"John", "Nice. I only sing."},
                   {"Tim", "In a choir?"}});
    talk("other", {{"Maria", "The weather was lovely."}, {"John", "We went to the lake."}});
    const SearchOutput out = ask("What instrument does Tim play?");
    ASSERT_THAT(out.results, Not(IsEmpty()));
    EXPECT_EQ(out.results[0].content, "The violin, since I was six.");
    EXPECT_EQ(out.results[0].thread_id, "music");
    EXPECT_EQ(out.results[0].seq, 2);
    EXPECT_THAT(*out.results[0].why, HasSubstr("it answers a question whose words match"));
    EXPECT_DOUBLE_EQ(*out.results[0].signals->speaker, 1);
    EXPECT_THAT(out.results[0].resume_hint, HasSubstr("threadId=music"));
}

TEST_F(ChatSearch, AsManyAsAskedForWhenThereAreSoMany) {
    std::vector<std::pair<std::string, std::string>> talk_;
    for (int i = 0; i < 30; ++i) talk_.emplace_back("Ann", fmt::format("sentence {}", i));
    talk("t", talk_);
    EXPECT_THAT(ask("nothing like it", [](SearchInput& in) { in.limit = 25; }).results, SizeIs(25));
}

TEST_F(ChatSearch, OnlyWhatTheCallerMaySee) {
    talk("mine", {{"Ann", "the port is 6543"}});
    LogInput elsewhere = said("the port is 1111", "elsewhere", "Ann");
    elsewhere.scope = "project:/other";
    log(context, elsewhere);
    runtime::Context stranger = world.stranger();
    log(stranger, said("the port is 2222", "mine", "Ann"));
    EXPECT_THAT(found(ask("port")), ElementsAre("the port is 6543"));
    EXPECT_THAT(found(ask("port", [](SearchInput& in) { in.scope = "all"; })), SizeIs(2));
    SearchInput in;
    in.query = "port";
    EXPECT_THAT(found(search(stranger, in)), ElementsAre("the port is 2222"));
}

TEST_F(ChatSearch, LimitedToAThreadASpeakerATime) {
    talk("a", {{"Ann", "the deploy failed"}, {"Bob", "the deploy worked"}});
    talk("b", {{"Ann", "the deploy waits"}});
    EXPECT_THAT(found(ask("deploy", [](SearchInput& in) { in.thread_id = "b"; })),
                ElementsAre("the deploy waits"));
    EXPECT_THAT(found(ask("deploy", [](SearchInput& in) { in.speaker = "Bob"; })),
                ElementsAre("the deploy worked"));
    EXPECT_THAT(
        found(ask("deploy", [](SearchInput& in) { in.since = Timestamp{now().micros + 1}; })),
        IsEmpty());
}

TEST_F(ChatSearch, SummariesThatMatchComeFirst) {
    for (int i = 0; i < 20; ++i)
        log(context, said(fmt::format("The migration of the billing database step {}", i), "long",
                          i % 2 ? "user" : "assistant"));
    work_all(context);
    const SearchOutput out = ask("billing migration");
    ASSERT_THAT(out.results, Not(IsEmpty()));
    EXPECT_EQ(out.results[0].type, HitKind::summary);
    EXPECT_TRUE(out.results[0].keywords);
    EXPECT_EQ(out.results[1].type, HitKind::message);
    const SearchOutput messages =
        ask("billing migration", [](SearchInput& in) { in.types = {HitKind::message}; });
    for (const SearchRow& row : messages.results) EXPECT_EQ(row.type, HitKind::message);
    EXPECT_THAT(found(ask("zebra", [](SearchInput& in) { in.types = {HitKind::summary}; })),
                IsEmpty());
}

TEST_F(ChatSearch, FoldedMessagesAreFoundWithTheirSurroundings) {
    talk("music", {{"John", "What instrument do you play these days, Tim?"},
                   {"Tim", "The violin, since I was six."},
                   {"John", "Nice. I only sing."}});
    fill_and_index(1500);
    ASSERT_GT(indexed, 400);
    EXPECT_EQ(world.ask("SELECT indexed::text FROM chat_messages WHERE content LIKE 'The violin%'"),
              "true");
    talk("later", {{"Tim", "I will be late."}});  // names come from the unindexed items
    const SearchOutput out = ask("What instrument does Tim play?");
    ASSERT_THAT(out.results, Not(IsEmpty()));
    EXPECT_EQ(out.results[0].content, "The violin, since I was six.");
    EXPECT_GT(*out.results[0].signals->answers, 0);
    EXPECT_THAT(ask("backfill", [](SearchInput& in) { in.limit = 100; }).results, SizeIs(100));
}

TEST_F(ChatSearch, WhatIsForgottenIsGoneFromTheSegments) {
    talk("secret", {{"Ann", "the codeword is xylophone"}});
    fill_and_index(1500);
    const std::vector<std::int32_t> term{
        retrieval::dimension_of(retrieval::query_terms("xylophone")[0])};
    const auto in_segments = [&] {
        pg::Call call = call_of(context);
        call.snapshot = true;
        return world.db->transaction(call, [&](pg::Transaction& tx) {
            retrieval::SegmentSearch search(*world.db, tx, call.tenant, retrieval::Kind::message,
                                            term);
            search.score();
            return search.next(tx, 10).size();
        });
    };
    EXPECT_EQ(in_segments(), 1u);
    ForgetInput forget_;
    forget_.thread_id = "secret";
    forget(context, forget_);
    EXPECT_EQ(in_segments(), 0u);
    for (const std::string& text : found(ask("xylophone codeword")))
        EXPECT_THAT(text, Not(HasSubstr("xylophone")));
}

TEST_F(ChatSearch, ALongTailIsSearchedAsAWholeUntilItIsFolded) {
    talk("early", {{"Ann", "the codeword is xylophone"}});
    for (int from = 0; from < limits::kCandidateSet + 100; from += 700) {
        LogBatchInput batch;
        for (int i = 0; i < 700; ++i)
            batch.messages.push_back(said(fmt::format("talk {}", from + i), "noise", "Bob"));
        log_batch(context, batch);
    }
    EXPECT_EQ(found(ask("xylophone"))[0], "the codeword is xylophone");
}

struct WithMeanings : ChatSearch {
    stele::testing::BoatModel model;

    WithMeanings() {
        world.embedder = &model;
        context.embedder = &model;
    }
    void work() {
        runtime::Context worker = world.context();
        worker.deadline = deadline_in(std::chrono::seconds(60));
        work_all(worker);
    }
};

TEST_F(WithMeanings, AParaphraseWithoutASharedWordIsFound) {
    talk("sea", {{"Ann", "We bought a boat."}, {"Bob", "I like tea."}, {"Ann", "It rains."}});
    work();
    const SearchOutput out = ask("which vessel");
    EXPECT_EQ(out.results[0].content, "We bought a boat.");
    EXPECT_DOUBLE_EQ(*out.results[0].signals->vector, 1);
    EXPECT_TRUE(out.degraded.empty());
    EXPECT_EQ(found(ask("which vessel", [](SearchInput& in) { in.thread_id = "sea"; }))[0],
              "We bought a boat.");
}

TEST_F(WithMeanings, AlsoAfterItWasFolded) {
    talk("sea", {{"Ann", "We bought a boat."}, {"Bob", "I like tea."}, {"Ann", "It rains."}});
    fill_and_index(1100);
    work();
    EXPECT_EQ(world.ask("SELECT indexed::text FROM chat_messages WHERE content LIKE '%boat%'"),
              "true");
    EXPECT_EQ(found(ask("which vessel"))[0], "We bought a boat.");
}

// A search of a large tenant uses two connections; no one may wait for its second with the first in
// hand.
TEST_F(WithMeanings, ManyAtOnceGetByWithTwoConnections) {
    talk("sea", {{"Ann", "We bought a boat."}, {"Bob", "I like tea."}, {"Ann", "It rains."}});
    fill_and_index(1100);
    work();
    for (const std::size_t connections : {1, 2}) {
        world.db = world.database.open({.size = connections});
        const auto find_vessel = [&] {
            runtime::Context each = world.context();
            SearchInput in;
            in.query = "which vessel";
            return search(each, in);
        };
        find_vessel();  // now the tenant is known to be large
        std::vector<std::future<SearchOutput>> searches;
        for (int i = 0; i < 12; ++i)
            searches.push_back(std::async(std::launch::async, find_vessel));
        for (auto& one : searches) EXPECT_EQ(found(one.get())[0], "We bought a boat.");
    }
}

TEST_F(ChatSearch, FoldedSummariesAreFound) {
    for (int i = 0; i < 20; ++i)
        log(context, said(fmt::format("The migration of the billing database step {}", i), "long"));
    work_all(context);
    world.ask(
        "WITH more AS (INSERT INTO chat_summaries (org_id, project_id, id, thread_id, from_seq, "
        "to_seq, summary, keywords, message_count, method, scope, lexemes, words, created_at) "
        "SELECT org_id, project_id, gen_random_uuid(), thread_id, 100 + n, 100 + n, 'nothing', "
        "'{}', 1, method, scope, '{}/1000000000', 0, created_at FROM chat_summaries, "
        "generate_series(1, 1200) n RETURNING 1) SELECT count(*)::text FROM more");
    retrieval::request_indexing(*world.db, call_of(context), retrieval::Kind::summary);
    const std::vector<retrieval::Source> sources{message_segments(), summary_segments()};
    EXPECT_GT(retrieval::build_all(context, sources).items, 500);
    const SearchOutput out =
        ask("billing migration", [](SearchInput& in) { in.types = {HitKind::summary}; });
    ASSERT_THAT(out.results, Not(IsEmpty()));
    EXPECT_THAT(out.results[0].content, HasSubstr("billing"));
}

// What an earlier version wrote: words and pairs that this one does not make of the text.
TEST_F(ChatSearch, TextsOfAnEarlierVersionAreSplitAnew) {
    talk("keys", {{"Ann", "彼女は庭で亀を飼っている"}, {"Bob", "The heron stood by the old mill"}});
    end_thread(context, {"keys"});
    work_all(context);
    const auto written = [&] {
        return world.ask(
                   "SELECT string_agg(lexemes::text || words || pairs::text, ' ' ORDER BY id) "
                   "FROM chat_messages") +
               world.ask("SELECT string_agg(lexemes::text || words, ' ') FROM chat_summaries");
    };
    const std::string before = written();
    world.ask(
        "UPDATE chat_messages SET lexemes = '{1:1}/1000000000', words = 1, pairs = '{}' "
        "RETURNING 1");
    world.ask("UPDATE chat_summaries SET lexemes = '{1:1}/1000000000', words = 1 RETURNING 1");
    ASSERT_NE(written(), before);
    EXPECT_EQ(retrieval::split_again(context, call_of(context), message_segments()), 2);
    EXPECT_EQ(retrieval::split_again(context, call_of(context), summary_segments()), 1);
    EXPECT_EQ(written(), before);
    EXPECT_THAT(found(ask("亀")), testing::Contains(HasSubstr("亀")));
}

}  // namespace
}  // namespace stele::conversations
