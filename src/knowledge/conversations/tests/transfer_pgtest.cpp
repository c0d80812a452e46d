// Transcripts in, exports out and back.
#include <fmt/format.h>
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "foundation/base/error.hpp"
#include "knowledge/conversations/tests/fixture.hpp"
#include "knowledge/conversations/transfer.hpp"
#include "knowledge/conversations/worker.hpp"

namespace stele::conversations {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ImportOutput import(runtime::Context& context, ImportFormat format, const std::string& data,
                    bool lenient = false) {
    ImportInput in;
    in.format = format;
    in.data = data;
    in.lenient = lenient;
    return import_threads(context, in);
}

// The tests run in the root of the tree.
std::string sample(const std::string& name) {
    std::ifstream in("src/knowledge/conversations/tests/data/" + name, std::ios::binary);
    EXPECT_TRUE(in) << name;
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Import, ClaudeCode) {
    const std::string session = sample("claude-code.jsonl");
    World world;
    runtime::Context context = world.context();
    EXPECT_EQ(import(context, ImportFormat::claude_code, session).logged, 7);
    const ThreadOutput main = read(context, "s1");
    EXPECT_THAT(contents(main.messages),
                ElementsAre("Which port?", "Let me look.", R"(Grep {"pattern":"port"})",
                            "port = 6543", "It is 6543."));
    EXPECT_EQ(main.thread.title, "Fix the port");
    EXPECT_EQ(main.thread.scope, "project:/home/ada/shop");
    EXPECT_EQ(main.messages[0].speaker, "user");
    EXPECT_EQ(main.messages[0].timestamp, parse_timestamp("2025-08-01T10:00:00Z"));
    EXPECT_EQ(main.messages[2].type, Kind::tool_call);
    EXPECT_EQ(serialize(main.messages[2].metadata),
              R"({"id":"toolu_1","name":"Grep","input":{"pattern":"port"}})");
    EXPECT_EQ(main.messages[3].type, Kind::tool_result);
    EXPECT_EQ(main.messages[3].speaker, "tool");
    // What the sub-agent said is a fork from where it was sent off.
    const ThreadOutput side = read(context, "s1/a1");
    EXPECT_EQ(side.thread.forked_from, "s1");
    EXPECT_EQ(side.thread.forked_at, 3);
    EXPECT_THAT(contents(side.messages),
                ElementsAre("Which port?", "Let me look.", R"(Grep {"pattern":"port"})",
                            "Search the docs", "Nothing there."));
    const ImportOutput again = import(context, ImportFormat::claude_code, session);
    EXPECT_EQ(again.logged, 0);
    EXPECT_EQ(again.duplicates, 7);
}

TEST(Import, ChatGptsTree) {
    const std::string tree = sample("conversations.json");
    World world;
    runtime::Context context = world.context();
    EXPECT_EQ(import(context, ImportFormat::chatgpt, tree).logged, 5);
    const ThreadOutput main = read(context, "c1");
    EXPECT_THAT(contents(main.messages), ElementsAre("Which port?", "6543. \"[{", "Thanks"));
    EXPECT_EQ(main.thread.title, "Ports");
    EXPECT_EQ(main.messages[0].timestamp, Timestamp{1'722'500'001'250'000});
    const ThreadOutput other = read(context, "c1/n2");
    EXPECT_THAT(contents(other.messages), ElementsAre("Which port?", "5432.", "Wrong."));
    EXPECT_EQ(other.thread.forked_at, 1);
    EXPECT_EQ(import(context, ImportFormat::chatgpt, tree).duplicates, 5);
    EXPECT_THAT(read(context, "c1").messages, SizeIs(3));

    EXPECT_EQ(code_of([&] { import(context, ImportFormat::chatgpt, "[1]"); }),
              Code::invalid_argument);
    EXPECT_EQ(code_of([&] { import(context, ImportFormat::chatgpt, R"([{"mapping":)"); }),
              Code::invalid_argument);
}

TEST(Import, OpenCodesStorage) {
    World world;
    runtime::Context context = world.context();
    char name[] = "/tmp/stele-opencode.XXXXXX";
    const fs::path storage = ::mkdtemp(name);
    const auto write = [&](const std::string& path, const std::string& text) {
        fs::create_directories((storage / path).parent_path());
        std::ofstream(storage / path) << text;
    };
    write("session/p1/ses_1.json",
          R"({"id":"ses_1","title":"Ports","directory":"/home/ada/shop"})");
    write("message/ses_1/msg_1.json",
          R"({"id":"msg_1","role":"user","sessionID":"ses_1","time":{"created":1722500000000}})");
    write("message/ses_1/msg_2.json",
          R"({"id":"msg_2","role":"assistant","time":{"created":1722500001000}})");
    write("part/msg_1/prt_1.json", R"({"id":"prt_1","type":"text","text":"Which port?"})");
    write("part/msg_2/prt_2.json", R"({"id":"prt_2","type":"step-start"})");
    write("part/msg_2/prt_3.json",
          R"({"id":"prt_3","type":"tool","tool":"grep","callID":"c1","state":)"
          R"({"status":"completed","input":{"pattern":"port"},"output":"port = 6543"}})");
    write("part/msg_2/prt_4.json", R"({"id":"prt_4","type":"text","text":"6543."})");
    ImportInput in;
    in.format = ImportFormat::opencode;
    in.path = storage.string();
    EXPECT_EQ(import_threads(context, in).logged, 4);
    const ThreadOutput out = read(context, "ses_1");
    EXPECT_THAT(contents(out.messages),
                ElementsAre("Which port?", R"(grep {"pattern":"port"})", "port = 6543", "6543."));
    EXPECT_EQ(out.messages[0].timestamp, Timestamp{1'722'500'000'000'000});
    EXPECT_EQ(out.thread.scope, "project:/home/ada/shop");
    EXPECT_EQ(out.thread.title, "Ports");
    EXPECT_EQ(import_threads(context, in).duplicates, 4);
    write("part/msg_2/prt_5.json", "{");
    const ImportOutput broken = import_threads(context, in);
    EXPECT_EQ(broken.duplicates, 4);
    EXPECT_THAT(broken.problems, ElementsAre(HasSubstr("prt_5.json")));
    in.path = (storage / "part").string();
    EXPECT_EQ(code_of([&] { import_threads(context, in); }), Code::invalid_argument);
    fs::remove_all(storage);
}

TEST(Import, LinesOfAnybody) {
    World world;
    runtime::Context context = world.context();
    const std::string line = R"({"threadId":"t","speaker":"ada","content":"hello"})";
    // The same line twice is two messages; the same file twice is not.
    const std::string file = line + "\n\n" + line + "\n";
    EXPECT_EQ(import(context, ImportFormat::transcript, file).logged, 2);
    EXPECT_EQ(import(context, ImportFormat::transcript, file).duplicates, 2);
    const std::string broken =
        line + "\n{\"threadId\":\"t\"}\nno json\n" + R"({"threadId":"t","content":"last"})";
    try {
        import(context, ImportFormat::transcript, broken);
        ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("line 2: content: is required"));
    }
    const ImportOutput out = import(context, ImportFormat::transcript, broken, true);
    EXPECT_EQ(out.skipped, 2);
    EXPECT_EQ(out.logged, 1);
    EXPECT_THAT(out.problems[1], HasSubstr("line 3"));
    // Too long for a message: cut between characters, and it says so.
    std::string text = "x";
    while (text.size() < limits::kMessageBytes + 100) text += "é";
    import(context, ImportFormat::transcript,
           fmt::format(R"({{"threadId":"long","content":"{}"}})", text));
    const Message m = read(context, "long").messages.at(0);
    EXPECT_EQ(m.content.size(), limits::kMessageBytes - 1);
    EXPECT_EQ(m.metadata.at("cutBytes").as_int64(), std::int64_t(text.size() - m.content.size()));
    runtime::Context remote = world.context();
    remote.local_files = false;
    ImportInput in;
    in.path = "/etc/passwd";
    EXPECT_EQ(code_of([&] { import_threads(remote, in); }), Code::forbidden);
    in.path = "/nowhere";
    EXPECT_EQ(code_of([&] { import_threads(context, in); }), Code::invalid_argument);
}

TEST(Export, GoesRoundWithoutAChange) {
    World world, other;
    runtime::Context context = world.context(), target = other.context();
    import(context, ImportFormat::claude_code, sample("claude-code.jsonl"));
    LogBatchInput batch;
    for (int i = 0; i < 45; ++i) {
        batch.messages.push_back(said(fmt::format("Point {} of the plan \"{}\"\n", i, i), "plan"));
        batch.messages.back().job_id = "job";
    }
    batch.messages[3].pending_action = "decide";
    batch.messages[4].pending_action = "answer";
    batch.messages[5].retention = Retention::audit;
    const auto logged = log_batch(context, batch).messages;
    resolve(context, {logged[4].id, "answered", false});
    ForkInput fork_at;
    fork_at.thread_id = "plan";
    fork_at.at_seq = 30;
    fork_at.new_thread_id = "other plan";
    fork_at.title = "Another";
    fork(context, fork_at);
    log(context, said("on its own way", "other plan"));
    end_thread(context, {"plan"});
    work_all(context);
    ForgetInput gap;
    gap.message_ids = {logged[40].id};
    forget(context, gap);
    work_all(context);

    const ExportOutput first = export_threads(context, {});
    EXPECT_EQ(first.threads, 4);
    EXPECT_EQ(first.messages, 7 + 44 + 1);
    const ImportOutput in = import(target, ImportFormat::transcript, *first.data);
    EXPECT_EQ(in.logged, first.messages);
    EXPECT_EQ(export_threads(target, {}).data, first.data);
    EXPECT_EQ(import(target, ImportFormat::transcript, *first.data).duplicates, first.messages);
    EXPECT_EQ(export_threads(target, {}).data, first.data);
    // It is the same to work with: forks, what is open, what comes next.
    EXPECT_THAT(read(target, "other plan").messages, SizeIs(31));
    PendingInput open;
    open.thread_id = "plan";
    EXPECT_THAT(pending(target, open).results, SizeIs(1));
    EXPECT_THAT(summaries(target, {"plan"}).summaries,
                SizeIs(summaries(context, {"plan"}).summaries.size()));
    EXPECT_EQ(work_all(target), 0);
    EXPECT_EQ(log(target, said("next", "plan")).seq, 46);

    ExportInput one;
    one.thread_ids = {"s1"};
    EXPECT_EQ(export_threads(context, one).messages, 5);
    one.thread_ids.push_back("none");
    EXPECT_EQ(code_of([&] { export_threads(context, one); }), Code::not_found);
    one.thread_ids.clear();
    one.scope = "project:/home/ada/shop";
    EXPECT_EQ(export_threads(context, one).threads, 2);
}

}  // namespace
}  // namespace stele::conversations
