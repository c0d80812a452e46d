// Meanings, with the real model: what words cannot find, the backfill, and a change of model.
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"
#include "knowledge/memory/backfill.hpp"
#include "knowledge/memory/operations.hpp"
#include "knowledge/memory/reembed.hpp"
#include "knowledge/memory/search.hpp"
#include "knowledge/memory/tests/fixture.hpp"
#include "knowledge/vectors/model.hpp"

namespace stele::memory {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct VectorWorld : World {
    std::shared_ptr<embed::Embedder> model = embed::make_embedder({});
    VectorWorld() { embedder = model.get(); }
};

// A model of another name, so that a mixture can be tried.
class OtherModel : public embed::Embedder {
  public:
    const embed::ModelInfo& info() const override { return info_; }
    std::vector<embed::Vector> embed(std::span<const std::string> texts, embed::Purpose,
                                     Deadline) override {
        if (fail) throw Error(Code::unavailable, "the endpoint is slow", "", {}, true);
        return std::vector<embed::Vector>(texts.size(), embed::Vector{1, 0, 0});
    }
    bool fail = false;

  private:
    embed::ModelInfo info_{"other", 3, "hash-of-other", 16};
};

TEST(Vectors, AParaphraseWithoutASharedWordFindsTheMemory) {
    VectorWorld world;
    runtime::Context context = world.context();
    store(context, note("I forgot my login credentials"));
    store(context, note("The cat sat on the mat"));
    store(context, note("Quarterly revenue grew by nine percent"));
    fill_all(context);  // on a busy machine a vector comes later than its memory
    SearchInput in = question("reset my password");
    in.signals = true;
    in.why = true;
    const ResultsOutput out = search(context, in);
    EXPECT_THAT(out.results[0].content, HasSubstr("credentials"));
    EXPECT_TRUE(out.degraded.empty());
    // The true cosine: not a share of the best of this search.
    EXPECT_GT(*out.results[0].signals->vector, 0.35);
    EXPECT_LT(*out.results[0].signals->vector, 0.95);
    EXPECT_THAT(*out.results[0].why, HasSubstr("its meaning is close (0."));
    in.mode = SearchMode::lexical;
    EXPECT_FALSE(search(context, in).results[0].signals->vector);
}

TEST(Vectors, WhatTheModelCannotReadIsCloseToNothing) {
    VectorWorld world;
    runtime::Context context = world.context();
    store(context, note("የቢሮው ድመት ስም ብስኩት ነው"));
    store(context, note("ლიფტი მეოთხე სართულზე ჩერდება"));
    store(context, note("The cat of the office is called Biscuit"));
    fill_all(context);
    EXPECT_EQ(stats(context).waiting_for_vector, 0);  // nothing waits for what will never come
    SearchInput in = question("what is the name of the cat");
    in.signals = true;
    in.why = true;
    const ResultsOutput out = search(context, in);
    ASSERT_EQ(out.results.size(), 3u);
    EXPECT_THAT(out.results[0].content, HasSubstr("Biscuit"));
    EXPECT_TRUE(out.degraded.empty());
    for (const std::size_t i : {1u, 2u}) {
        EXPECT_FALSE(out.results[i].signals->vector) << out.results[i].content;
        EXPECT_EQ(out.results[i].why->find("meaning"), std::string::npos);
    }
    in.query = "ድመት";
    const ResultsOutput unread = search(context, in);
    EXPECT_THAT(unread.results[0].content, HasSubstr("ድመት"));
    EXPECT_THAT(unread.degraded, ElementsAre("vector"));
    EXPECT_THAT(*unread.message, HasSubstr("cannot read the question"));
}

TEST(Vectors, ABatchIsFilledAndFindableByWordsBefore) {
    VectorWorld world;
    runtime::Context context = world.context(), stranger = world.stranger();
    StoreBatchInput batch;
    for (int i = 0; i < 70; ++i)
        batch.memories.push_back(note("note about topic " + std::to_string(i)));
    batch.memories.push_back(note("I forgot my login credentials"));
    store_batch(context, batch);
    store_batch(stranger, batch);
    EXPECT_EQ(stats(context).waiting_for_vector, 71);
    EXPECT_THAT(search(context, question("credentials")).results[0].content,
                HasSubstr("credentials"));
    EXPECT_EQ(queue_age(context).waiting, 142);
    EXPECT_EQ(fill_all(context), 142);
    EXPECT_EQ(stats(context).with_vector, 71);
    EXPECT_EQ(stats(stranger).with_vector, 71);
    EXPECT_EQ(stats(context).waiting_for_vector, 0);
    EXPECT_THAT(search(context, question("reset my password")).results[0].content,
                HasSubstr("login"));
}

TEST(Vectors, TheBackgroundTaskFills) {
    VectorWorld world;
    runtime::Context context = world.context();
    StoreBatchInput batch;
    batch.memories.push_back(note("filled behind the scenes"));
    store_batch(context, batch);
    const background::Worker worker(embedding_task(), [&] { return world.context(); });
    const Deadline patience = deadline_in(std::chrono::seconds(20));
    while (stats(context).with_vector == 0 && time_left(patience).count() > 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(stats(context).with_vector, 1);
}

TEST(Vectors, AnUpdateGetsANewVectorAndForgetTakesItAway) {
    VectorWorld world;
    runtime::Context context = world.context();
    const std::string id = store(context, note("The cat sat on the mat")).id;
    UpdateInput change;
    change.id = id;
    change.content = "I forgot my login credentials";
    update(context, change);
    store(context, note("Quarterly revenue grew by nine percent"));
    EXPECT_EQ(search(context, question("reset my password")).results[0].id, id);
    ForgetInput gone;
    gone.id = id;
    forget(context, gone);
    EXPECT_EQ(stats(context).with_vector, 1);
}

TEST(Vectors, TwoModelsAreNeverMixed) {
    VectorWorld world;
    runtime::Context context = world.context();
    store(context, note("embedded with the first model"));
    World* plain = &world;
    OtherModel other;
    plain->embedder = &other;
    plain->restart();
    runtime::Context second = plain->context();
    const ResultsOutput out = search(second, question("first model"));
    EXPECT_THAT(out.degraded, ElementsAre("vector"));
    EXPECT_THAT(*out.message, HasSubstr("stele memory reembed"));
    EXPECT_EQ(out.results.size(), 1u);
    store(second, note("stored without a vector"));
    const ReembedOutput made = reembed(second, {refill()}, world.tenants());
    EXPECT_TRUE(made.active);
    EXPECT_EQ(made.queued, 2);
    EXPECT_EQ(made.done, 2);
    EXPECT_TRUE(search(second, question("anything")).degraded.empty());
}

TEST(Vectors, AFailingEmbedderCostsNoWrite) {
    World world;
    OtherModel slow;
    world.embedder = &slow;
    runtime::Context context = world.context();
    slow.fail = true;
    const StoreOutput out = store(context, note("kept all the same"));
    EXPECT_TRUE(out.stored);
    EXPECT_EQ(stats(context).waiting_for_vector, 1);
    const ResultsOutput found = search(context, question("kept"));
    EXPECT_THAT(found.degraded, ElementsAre("vector"));
    EXPECT_EQ(found.results.size(), 1u);
    EXPECT_THROW(fill_some(context), background::Pause);
    EXPECT_EQ(stats(context).waiting_for_vector, 1);
    slow.fail = false;
    EXPECT_EQ(fill_some(context), 1);  // nothing was counted against it
    EXPECT_EQ(stats(context).with_vector, 1);
}

}  // namespace
}  // namespace stele::memory
