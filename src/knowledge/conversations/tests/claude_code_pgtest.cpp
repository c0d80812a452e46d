// Claude Code's transcripts: who said it, in which thread, and what cannot be read.
#include <fmt/format.h>
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "knowledge/conversations/tests/import_fixture.hpp"

namespace stele::conversations {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// One record; `more` are members that it has besides.
std::string record(const std::string& uuid, const std::string& parent, const std::string& type,
                   const json::value& content, int second, const json::object& more = {}) {
    json::object out{{"uuid", uuid},
                     {"parentUuid", parent.empty() ? json::value() : json::value(parent)},
                     {"sessionId", "s1"},
                     {"cwd", "/home/ada/shop"},
                     {"type", type},
                     {"timestamp", fmt::format("2026-03-01T10:00:{:02}.000Z", second)},
                     {"message", {{"role", type}, {"content", content}}}};
    for (const auto& member : more) out[member.key()] = member.value();
    return serialize(out) + "\n";
}

json::array call(const std::string& id, const std::string& name, const json::value& input) {
    return {{{"type", "tool_use"}, {"id", id}, {"name", name}, {"input", input}}};
}

json::array result(const std::string& id, const std::string& content) {
    return {{{"type", "tool_result"}, {"tool_use_id", id}, {"content", content}}};
}

// A record without a message: attachments and the like stand in the chain of parents.
std::string link(const std::string& uuid, const std::string& parent, const json::object& more) {
    json::object out = more;
    out["uuid"] = uuid;
    out["parentUuid"] = parent;
    out["sessionId"] = "s1";
    if (!out.contains("type")) out["type"] = "progress";
    return serialize(out) + "\n";
}

class ClaudeCodeImport : public ImportTest {
  protected:
    ImportOutput import_text(const std::string& text) {
        return import(ImportFormat::claude_code, text);
    }
    ImportOutput import_folder() { return import_path(ImportFormat::claude_code, root); }
};

TEST_F(ClaudeCodeImport, ACharacterThatCannotBeKeptLosesNothing) {
    const std::string half = R"({"uuid":"u3","parentUuid":"u2","sessionId":"s1","type":"user",)"
                             R"("message":{"content":"Ship it \ud83d now"}})";
    json::value deep = 1;
    for (int i = 0; i < 60; ++i) deep = json::object{{"k", deep}};
    const std::string text =
        "\xEF\xBB\xBF" +
        record("u1", "", "assistant", call("t1", "Write", {{"content", std::string("a\0b", 3)}}),
               1) +
        record("u2", "u1", "user", result("t1", "done"), 2, {{"toolUseResult", deep}}) + half +
        "\n" + record("u4", "u3", "assistant", call("t2", "Put", deep), 4) +
        record("u5", "u4", "user", json::array{"a plain string"}, 5) +
        "{\"uuid\":\"u6\",\"type\":\"assist";
    const ImportOutput out = import_text(text);
    EXPECT_EQ(out.logged, 5);
    EXPECT_EQ(out.repaired, 2);
    EXPECT_THAT(out.changes, ElementsAre(HasSubstr("data line 1"), HasSubstr("data line 3")));
    EXPECT_EQ(out.skipped, 1);
    EXPECT_THAT(out.problems, ElementsAre(HasSubstr("data line 6: half a line")));
    const auto messages = read(context, "s1").messages;
    EXPECT_THAT(messages[0].content, HasSubstr("a\uFFFDb"));
    EXPECT_EQ(messages[0].metadata.at("input").at("content"), "a\uFFFDb");
    EXPECT_EQ(messages[2].content, "Ship it \uFFFD now");
    EXPECT_FALSE(messages[3].metadata.contains("input"));  // too deep to be kept twice
    EXPECT_EQ(messages[4].content, "a plain string");
    EXPECT_EQ(import_text(text).logged, 0);
}

TEST_F(ClaudeCodeImport, AFolderIsReadPastAFileThatIsBroken) {
    write("a.jsonl", record("u1", "", "user", "first", 1) + "no json\n");
    write("b.jsonl", record("w1", "", "user", "second", 1, {{"sessionId", "s2"}}));
    const ImportOutput out = import_folder();
    EXPECT_EQ(out.logged, 2);
    EXPECT_EQ(out.skipped, 1);
    EXPECT_THAT(out.problems, ElementsAre(HasSubstr("a.jsonl line 2")));
    fs::remove(root / "b.jsonl");
    write("a.jsonl", "no json\n");
    EXPECT_EQ(code_of([&] { import_folder(); }), Code::invalid_argument);
}

TEST_F(ClaudeCodeImport, ASubAgentInAFileOfItsOwnIsAForkWhereItWasSentOff) {
    const json::object side{{"isSidechain", true}, {"agentId", "x1"}};
    const json::object other{{"isSidechain", true}, {"agentId", "x2"}};
    write("s1.jsonl",
          record("m1", "", "user", "Why is it slow?", 0) +
              record("m2", "m1", "assistant", call("t1", "Task", {{"prompt", "look at it"}}), 5) +
              record("m3", "m2", "assistant", call("t2", "Task", {{"prompt", "look at it"}}), 6) +
              record("m4", "m3", "user", result("t1", "It sleeps"), 40,
                     {{"toolUseResult", {{"agentId", "x1"}}}}) +
              record("m5", "m4", "assistant", "It sleeps.", 45));
    const json::object attachment{{"type", "attachment"}, {"isSidechain", true}, {"agentId", "x1"}};
    write(
        "s1/subagents/agent-x1.jsonl",
        record("a1", "", "user", "look at it", 10, side) + link("l1", "a1", attachment) +
            record("a2", "l1", "assistant", call("t3", "Grep", {{"pattern", "sleep"}}), 12, side) +
            link("l2", "a2", attachment) +
            record("a3", "l2", "user", result("t3", "sleep(9)"), 14, side));
    // Beside the session, and named by a file of its own.
    write("agent-x2.jsonl", record("b1", "", "user", "something else", 11, other));
    write("agent-x2.meta.json", R"({"toolUseId":"t2"})");
    // What a sub-agent sent off is a fork of it.
    write("s1/subagents/agent-x3.jsonl",
          record("c1", "", "user", "deeper", 13, {{"isSidechain", true}, {"agentId", "x3"}}));
    write("s1/subagents/agent-x3.meta.json", R"({"toolUseId":"t3"})");
    EXPECT_EQ(import_folder().logged, 10);
    const ThreadOutput first = read(context, "s1/a1"), second = read(context, "s1/b1");
    EXPECT_EQ(first.thread.forked_from, "s1");
    EXPECT_EQ(first.thread.forked_at, 2);
    EXPECT_THAT(contents(first.messages), ElementsAre("Why is it slow?", HasSubstr("Task"),
                                                      "look at it", HasSubstr("Grep"), "sleep(9)"));
    EXPECT_EQ(first.messages[2].speaker, "assistant");  // the main agent asked it
    EXPECT_EQ(second.thread.forked_at, 3);
    EXPECT_EQ(read(context, "s1/c1").thread.forked_from, "s1/a1");
    EXPECT_THAT(read(context, "s1").messages, SizeIs(5));
    EXPECT_EQ(import_folder().logged, 0);
}

TEST_F(ClaudeCodeImport, SubAgentsOfSubAgentsAndOfWorkflowsAreFoundByTheirNames) {
    const auto side = [](const char* agent) {
        return json::object{{"isSidechain", true}, {"agentId", agent}};
    };
    write("s1.jsonl",
          record("m1", "", "assistant", call("t1", "Agent", {{"prompt", "one"}}), 0) +
              record("m2", "m1", "assistant", call("t2", "Workflow", {{"scriptPath", "x"}}), 0) +
              record("m3", "m2", "user", result("t1", "Done.\nagentId: mid (use SendMessage)"), 0) +
              record("m4", "m3", "user", result("t2", "Launched"), 0,
                     {{"toolUseResult", {{"runId", "wf_1"}}}}));
    // All at one time, and the one at the bottom has the first name.
    write("s1/subagents/agent-leaf.jsonl",
          record("l1", "", "user", "other words", 0, side("leaf")));
    write("s1/subagents/agent-mid.jsonl",
          record("k1", "", "user", "words", 0, side("mid")) +
              record("k2", "k1", "assistant", call("t3", "Agent", {{"prompt", "two"}}), 0,
                     side("mid")) +
              record("k3", "k2", "user", result("t3", "agentId: leaf (use it)"), 0, side("mid")));
    write("s1/subagents/workflows/wf_1/agent-w.jsonl",
          record("w1", "", "user", "sweep", 0, side("w")));
    write("s1/subagents/workflows/wf_1/journal.jsonl", "{\"type\":\"started\",\"key\":\"a\"}\n");
    EXPECT_EQ(import_folder().logged, 9);
    EXPECT_EQ(read(context, "s1/k1").thread.forked_at, 1);
    EXPECT_EQ(read(context, "s1/l1").thread.forked_from, "s1/k1");
    EXPECT_EQ(read(context, "s1/w1").thread.forked_from, "s1");
    EXPECT_EQ(read(context, "s1/w1").thread.forked_at, 2);
}

TEST_F(ClaudeCodeImport, APromptThatLeftTheQueueIsKeptOnce) {
    const auto removed = [](const std::string& text) {
        return serialize(json::object{{"type", "queue-operation"},
                                      {"operation", "remove"},
                                      {"sessionId", "s1"},
                                      {"timestamp", "2026-03-01T10:00:02Z"},
                                      {"content", text}}) +
               "\n";
    };
    const std::string text =
        record("q1", "", "user", "Start", 0) + record("q2", "q1", "assistant", "Starting.", 1) +
        removed("The parser first") + removed("And the docs") +
        link("q3", "q2",
             {{"type", "attachment"},
              {"attachment", {{"type", "queued_command"}, {"prompt", "And the docs"}}}}) +
        record("q4", "q3", "assistant", "Parser, then docs.", 3);
    EXPECT_EQ(import_text(text).logged, 5);
    EXPECT_THAT(contents(read(context, "s1").messages),
                ::testing::UnorderedElementsAre("Start", "Starting.", "The parser first",
                                                "And the docs", "Parser, then docs."));
    EXPECT_EQ(import_text(text).logged, 0);
}

TEST_F(ClaudeCodeImport, AttachmentsAndProgressStayInTheChain) {
    import_text(record("m1", "", "user", "one", 0) + link("l1", "m1", {}) +
                record("a1", "l1", "user", "sub", 1, {{"isSidechain", true}}) +
                link("l2", "a1", {{"type", "attachment"}, {"isSidechain", true}}) +
                record("a2", "l2", "assistant", "done", 2, {{"isSidechain", true}}) +
                record("m2", "l1", "assistant", "two", 3));
    EXPECT_THAT(contents(read(context, "s1").messages), ElementsAre("one", "two"));
    EXPECT_THAT(contents(read(context, "s1/a1").messages), ElementsAre("one", "sub", "done"));
}

TEST_F(ClaudeCodeImport, ATitleIsTheSessionsThatItBelongsTo) {
    write("a.jsonl", record("u1", "", "user", "first", 1) +
                         R"({"type":"summary","summary":"Of the second","leafUuid":"w1"})" + "\n" +
                         R"({"type":"summary","summary":"Of none","leafUuid":"gone"})" + "\n");
    write("b.jsonl", record("w1", "", "user", "second", 2, {{"sessionId", "s2"}}));
    write("c.jsonl", record("x1", "", "user", "third", 3, {{"sessionId", "s3"}}) +
                         R"({"type":"ai-title","aiTitle":"Made up","sessionId":"s3"})" + "\n" +
                         R"({"type":"custom-title","customTitle":"Mine","sessionId":"s3"})" + "\n");
    import_folder();
    EXPECT_EQ(read(context, "s1").thread.title, std::nullopt);
    EXPECT_EQ(read(context, "s2").thread.title, "Of the second");
    EXPECT_EQ(read(context, "s3").thread.title, "Mine");
}

TEST_F(ClaudeCodeImport, OnlyWhatTheUserSaidIsTheUsers) {
    import_text(record("c1", "", "user", "Rename it", 0) +
                record("c2", "c1", "user", "A summary", 1, {{"isCompactSummary", true}}) +
                record("c3", "c2", "user", "<command-name>/model</command-name>", 2) +
                record("c4", "c3", "user", "<local-command-stdout>Set</local-command-stdout>", 3) +
                record("c5", "c4", "user", "<task-notification>done</task-notification>", 4) +
                record("c6", "c5", "user",
                       json::array{{{"type", "text"}, {"text", "[Request interrupted by user]"}}},
                       5) +
                record("c7", "c6", "user", "meta", 6, {{"isMeta", true}}) +
                // A prompt that was typed while the agent worked.
                link("c8", "c7",
                     {{"type", "attachment"},
                      {"timestamp", "2026-03-01T10:00:07Z"},
                      {"attachment", {{"type", "queued_command"}, {"prompt", "Stop"}}}}) +
                link("c9", "c8",
                     {{"type", "attachment"},
                      {"attachment",
                       {{"type", "queued_command"},
                        {"commandMode", "task-notification"},
                        {"prompt", "a task ended"}}}}) +
                record("d1", "c9", "assistant", "Stopped.", 8));
    std::vector<std::string> speakers;
    for (const Message& m : read(context, "s1").messages) speakers.push_back(m.speaker);
    EXPECT_THAT(speakers, ElementsAre("user", "system", "system", "system", "system", "system",
                                      "system", "user", "system", "assistant"));
    EXPECT_EQ(read(context, "s1").messages[8].timestamp, parse_timestamp("2026-03-01T10:00:07Z"));
}

TEST_F(ClaudeCodeImport, AResumedSessionIsAForkOfTheOneItCopies) {
    const json::object copy{{"sessionId", "s2"}};
    const std::string original =
        record("p1", "", "user", "Which colour?", 0) + record("p2", "p1", "assistant", "Teal.", 1);
    // The copy's name sorts first.
    write("a.jsonl", record("p1", "", "user", "Which colour?", 0, copy) +
                         record("p2", "p1", "assistant", "Teal.", 1, copy) +
                         record("p3", "p2", "user", "Darker", 9, copy) +
                         record("p4", "p3", "assistant", "Dark teal.", 10, copy));
    write("b.jsonl", original);
    const ImportOutput out = import_folder();
    EXPECT_EQ(out.logged, 4);
    EXPECT_EQ(out.duplicates, 2);
    EXPECT_THAT(contents(read(context, "s1").messages), ElementsAre("Which colour?", "Teal."));
    const ThreadOutput resumed = read(context, "s2");
    EXPECT_EQ(resumed.thread.forked_from, "s1");
    EXPECT_THAT(contents(resumed.messages),
                ElementsAre("Which colour?", "Teal.", "Darker", "Dark teal."));
    EXPECT_EQ(import_folder().logged, 0);
}

TEST_F(ClaudeCodeImport, ARewindIsAFork) {
    const std::string text = record("b1", "", "user", "Write a greeting", 0) +
                             record("b2", "b1", "assistant", "Hello.", 1) +
                             record("b3", "b2", "user", "Make it a joke", 2) +
                             record("b4", "b3", "assistant", "Knock knock.", 3) +
                             record("b5", "b2", "user", "In French", 4) +
                             record("b6", "b5", "assistant", "Bonjour.", 5);
    import_text(text);
    EXPECT_THAT(contents(read(context, "s1").messages),
                ElementsAre("Write a greeting", "Hello.", "Make it a joke", "Knock knock."));
    EXPECT_THAT(contents(read(context, "s1/b5").messages),
                ElementsAre("Write a greeting", "Hello.", "In French", "Bonjour."));
    EXPECT_EQ(import_text(text).logged, 0);
}

TEST_F(ClaudeCodeImport, CallsAtOnceAndAPromptWithoutAnAnswerAreNoRewind) {
    import_text(record("b1", "", "user", "Look", 0) +
                record("b2", "b1", "assistant", call("t1", "Read", {{"file", "a"}}), 1) +
                record("b3", "b2", "assistant", call("t2", "Read", {{"file", "b"}}), 2) +
                record("b4", "b2", "user", result("t1", "of a"), 3) +
                record("b5", "b3", "user", result("t2", "of b"), 4) +
                record("b6", "b5", "assistant", "Both read.", 5) +
                record("b7", "b6", "user", "Shorten thsi", 6) +
                record("b8", "b6", "user", "Shorten this", 7) +
                record("b9", "b8", "assistant", "Shortened.", 8));
    EXPECT_THAT(read(context, "s1").messages, SizeIs(9));
}

TEST_F(ClaudeCodeImport, WhatHasNoTextIsCounted) {
    const json::array image{{{"type", "image"}, {"source", {{"type", "base64"}}}}};
    const ImportOutput out = import_text(
        record("i1", "", "user", image, 0) + record("i2", "i1", "user", result("t1", ""), 1) +
        record("i3", "i2", "assistant", json::array{{{"type", "thinking"}, {"thinking", "hm"}}},
               2) +
        record("", "", "user", "No uuid", 3));
    EXPECT_EQ(out.empty, 2);
    EXPECT_EQ(out.logged, 1);
    EXPECT_THAT(out.problems, IsEmpty());
}

}  // namespace
}  // namespace stele::conversations
