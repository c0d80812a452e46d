// Retention classes in the memory operations: set, shown, kept by a round trip, and holding.
#include "fixture.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/memory/store.hpp"
#include "knowledge/memory/transfer.hpp"

namespace stele::memory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

StoreInput held(const std::string& content) {
    StoreInput in = note(content);
    in.retention = Retention::legal_hold;
    return in;
}

TEST(RetentionClass, IsStoredShownAndChanged) {
    World world;
    runtime::Context context = world.context();
    const std::string plain = store(context, note("plain")).id;
    EXPECT_EQ(find(context, plain)->retention, Retention::standard);
    StoreInput in = note("short-lived");
    in.retention = Retention::ephemeral;
    StoreBatchInput batch;
    batch.memories = {in, held("kept")};
    const auto ids = store_batch(context, batch).ids;
    EXPECT_EQ(find(context, ids[0])->retention, Retention::ephemeral);
    EXPECT_EQ(find(context, ids[1])->retention, Retention::legal_hold);
    EXPECT_EQ(list(context, {}, 1, {}).results[0].retention, Retention::legal_hold);

    UpdateInput change;
    change.id = plain;
    change.retention = Retention::audit;
    EXPECT_EQ(update(context, change).retention, Retention::audit);
    EXPECT_EQ(find(context, plain)->retention, Retention::audit);
    EXPECT_EQ(history(context, plain).at(0).state.at("retention"), "standard");
    change.retention.reset();
    change.category = "fact";
    EXPECT_EQ(update(context, change).retention, Retention::audit);
}

TEST(LegalHold, RefusesToForgetWhatIsNamedAndForgetsNothingOfIt) {
    World world;
    runtime::Context context = world.context();
    const std::string kept = store(context, held("kept")).id,
                      plain = store(context, note("plain")).id;
    ForgetInput in;
    in.ids = {kept, plain};
    try {
        forget(context, in);
        FAIL() << "it was not refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::refused);
        EXPECT_THAT(std::string(error.what()), HasSubstr(kept));
        EXPECT_EQ(std::string(error.what()).find(plain), std::string::npos);
    }
    EXPECT_TRUE(find(context, plain));
    in.dry_run = true;
    EXPECT_EQ(code_of([&] { forget(context, in); }), Code::refused);

    UpdateInput release;
    release.id = kept;
    release.retention = Retention::standard;
    context.local_files = false;  // an agent
    EXPECT_EQ(code_of([&] { update(context, release); }), Code::forbidden);
    release.retention = Retention::legal_hold;
    EXPECT_EQ(update(context, release).retention, Retention::legal_hold);
    context.local_files = true;  // the operator's shell
    release.retention = Retention::standard;
    update(context, release);
    in.dry_run = false;
    EXPECT_EQ(forget(context, in).forgotten, 2);
}

TEST(LegalHold, IsSkippedAndCountedByAFilter) {
    World world;
    runtime::Context context = world.context();
    const std::string plain = store(context, note("plain")).id;
    store(context, held("kept"));
    store(context, held("kept, too"));
    ForgetInput in;
    in.scope = "all";
    in.dry_run = true;
    ForgetOutput out = forget(context, in);
    EXPECT_THAT(out.ids, ElementsAre(plain));
    EXPECT_EQ(out.held, 2);
    in.dry_run = false;
    out = forget(context, in);
    EXPECT_EQ(out.forgotten, 1);
    EXPECT_THAT(out.ids, ElementsAre(plain));
    EXPECT_EQ(out.held, 2);
    EXPECT_TRUE(out.receipt);
    EXPECT_EQ(list(context, {}, 10, {}).results.size(), 2u);
}

TEST(RetentionClass, SurvivesExportAndImport) {
    World world, other;
    runtime::Context context = world.context(), there = other.context();
    store(context, held("kept"));
    StoreInput in = note("proof");
    in.retention = Retention::audit;
    store(context, in);
    const std::string data = *export_memories(context, {}).data;
    EXPECT_THAT(data, HasSubstr("\"retention\":\"legal-hold\""));
    ImportInput import;
    import.data = data;
    EXPECT_EQ(import_memories(there, import).stored, 2);
    EXPECT_EQ(*export_memories(there, {}).data, data);
}

}  // namespace
}  // namespace stele::memory
