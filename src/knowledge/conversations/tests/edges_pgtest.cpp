// What the graph learns from chat, and forgets with it.
#include <fmt/format.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "knowledge/conversations/edges.hpp"
#include "knowledge/conversations/tests/fixture.hpp"
#include "knowledge/conversations/worker.hpp"

namespace stele::conversations {
namespace {

using testing::HasSubstr;

struct Edges : ::testing::Test {
    World world;
    runtime::Context context = world.context();

    std::string edges() {
        return world.ask(
            "SELECT coalesce(string_agg(line, ', ' ORDER BY line), '') FROM (SELECT src_kind || ' "
            "' "
            "|| type || ' ' || dst_kind || ' ' || count(*) AS line FROM graph_edges GROUP BY "
            "src_kind, type, dst_kind) e");
    }
    void talk(int count) {
        for (int i = 0; i < count; ++i)
            log(context, said(fmt::format("step {} of the billing migration", i), "t"));
    }
    std::string label_of(std::string_view kind, const std::string& table) {
        const Uuid id = *Uuid::parse(world.ask("SELECT id::text FROM " + table + " LIMIT 1"));
        for (const graph::Kind& k : graph_kinds())
            if (k.name == kind) return k.labels(context, {id}).at(id);
        return "";
    }
};

TEST_F(Edges, AreWrittenWithWhatTheyDescribe) {
    LogInput of_job = said("begun", "t");
    of_job.job_id = "nightly-7";
    log(context, of_job);
    talk(19);
    EXPECT_EQ(edges(), "chat_message part_of job 1");
    work_all(context);
    EXPECT_EQ(edges(), "chat_message part_of job 1, summary derived_from chat_message 20");
    ForkInput branch;
    branch.thread_id = "t";
    branch.new_thread_id = "branch";
    fork(context, branch);
    EXPECT_THAT(edges(), HasSubstr("chat_thread derived_from chat_thread 1"));
    ForgetInput all;
    all.thread_id = "t";
    forget(context, all);
    EXPECT_EQ(edges(), "");
}

TEST_F(Edges, EachKindHasALine) {
    talk(20);
    work_all(context);
    EXPECT_THAT(label_of("chat_message", "chat_messages"), HasSubstr("user: step"));
    EXPECT_THAT(label_of("summary", "chat_summaries"), HasSubstr("billing"));
    EXPECT_EQ(label_of("chat_thread", "chat_threads"), "t");
}

}  // namespace
}  // namespace stele::conversations
