// Exports of ChatGPT and Claude.ai, sessions of Codex, Gemini and OpenCode.
#include <fmt/format.h>
#include <gmock/gmock-more-matchers.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "knowledge/conversations/tests/import_fixture.hpp"

namespace stele::conversations {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FormatImport : public ImportTest {};

json::object said(const std::string& id, const std::string& role, const std::string& text,
                  const json::value& time) {
    return {{"id", id},
            {"author", {{"role", role}}},
            {"create_time", time},
            {"content", {{"content_type", "text"}, {"parts", json::array{text}}}}};
}

// A conversation of ChatGPT with a question and an answer that has no time.
std::string conversation(const std::string& id, const std::string& title) {
    const json::object mapping{
        {"r", {{"id", "r"}, {"parent", nullptr}, {"children", {"q"}}, {"message", nullptr}}},
        {"q",
         {{"id", "q"},
          {"parent", "r"},
          {"children", {"a"}},
          {"message", said("q", "user", "Which port?", 1'722'500'001.5)}}},
        {"a",
         {{"id", "a"},
          {"parent", "q"},
          {"children", json::array{}},
          {"message", said("a", "assistant", "6543", nullptr)}}}};
    return serialize(json::object{{"conversation_id", id},
                                  {"title", title},
                                  {"create_time", 1'722'500'000},
                                  {"current_node", "a"},
                                  {"mapping", mapping}});
}

TEST_F(FormatImport, ChatGptInShards) {
    write("export/conversations-000.json", "\xEF\xBB\xBF[" + conversation("c1", "One") + "]");
    write("export/conversations-001.json", "[" + conversation("c2", "Two") + "]");
    write("export/user.json", "{}");
    EXPECT_EQ(import_path(ImportFormat::chatgpt, root).logged, 4);
    EXPECT_EQ(read(context, "c2").thread.title, "Two");
    // One without a time stays behind the one before it.
    const auto messages = read(context, "c1").messages;
    EXPECT_EQ(messages[1].timestamp, messages[0].timestamp);
    fs::remove_all(root / "export");
    write("x.txt", "");
    try {
        import_path(ImportFormat::chatgpt, root);
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("conversations-000.json"));
    }
}

TEST_F(FormatImport, ProblemsNameTheConversation) {
    const std::string bad = R"({"title":"Odd one"})";
    const std::string file =
        "[" + conversation("c1", "One") + "," + bad + "," + conversation("c2", "Two") + "]";
    EXPECT_THAT(problem_of(ImportFormat::chatgpt, file),
                HasSubstr("data conversation 2: “Odd one”: it has no mapping"));
    const ImportOutput out = import(ImportFormat::chatgpt, file, true);
    EXPECT_EQ(out.read, 4);
    EXPECT_THAT(out.problems, ElementsAre(HasSubstr("conversation 2")));
    // Half a surrogate in the title, and an array that breaks off.
    const std::string cut = "[" + conversation("c3", "T") + ",{\"title\":\"T";
    EXPECT_EQ(import(ImportFormat::chatgpt, cut, true).skipped, 1);
    EXPECT_THAT(problem_of(ImportFormat::chatgpt, R"([{"chat_messages":[]}])"),
                HasSubstr("claude-ai"));
}

TEST_F(FormatImport, ClaudeAisExport) {
    const auto message = [](const std::string& id, const std::string& parent,
                            const std::string& sender, const std::string& text) {
        return json::object{{"uuid", id},
                            {"parent_message_uuid", parent},
                            {"sender", sender},
                            {"text", text},
                            {"content", {{{"type", "text"}, {"text", text}}}},
                            {"created_at", "2026-02-01T08:00:01Z"}};
    };
    json::object asked = message("m1", "0", "human", "How old?");
    asked["attachments"] =
        json::array{{{"file_name", "vine.txt"}, {"extracted_content", "planted in 1600"}}};
    const json::array conversations{
        {{"uuid", "ca1"},
         {"name", "Vines"},
         {"created_at", "2026-02-01T08:00:00Z"},
         {"chat_messages",
          {asked, message("m2", "m1", "assistant", "Four hundred years."),
           message("m3", "m1", "assistant", "Very old.")}}}};
    EXPECT_EQ(import(ImportFormat::claude_ai, serialize(conversations)).logged, 4);
    const ThreadOutput main = read(context, "ca1");
    EXPECT_EQ(main.thread.title, "Vines");
    EXPECT_THAT(contents(main.messages),
                ElementsAre("How old?", "planted in 1600", "Four hundred years."));
    EXPECT_EQ(main.messages[0].speaker, "user");
    EXPECT_EQ(main.messages[1].metadata.at("attachment"), "vine.txt");
    // Another answer is a fork behind what both follow.
    EXPECT_THAT(contents(read(context, "ca1/m3").messages),
                ElementsAre("How old?", "planted in 1600", "Very old."));
    EXPECT_EQ(import(ImportFormat::claude_ai, serialize(conversations)).logged, 0);
    EXPECT_THAT(problem_of(ImportFormat::claude_ai, "[" + conversation("c1", "One") + "]"),
                HasSubstr("chatgpt"));
}

// A line of a session of Codex.
std::string line(int second, const std::string& type, const json::value& payload) {
    const std::string time = fmt::format("2026-03-01T10:00:{:02}Z", second);
    return serialize(json::object{{"timestamp", time}, {"type", type}, {"payload", payload}}) +
           "\n";
}

json::object spoken(const std::string& role, const std::string& text) {
    const std::string type = role == "user" ? "input_text" : "output_text";
    return {{"type", "message"}, {"role", role}, {"content", {{{"type", type}, {"text", text}}}}};
}

json::object tool(const std::string& name, const std::string& arguments) {
    return {{"type", "function_call"}, {"name", name}, {"arguments", arguments}, {"call_id", "k1"}};
}

TEST_F(FormatImport, CodexSessions) {
    const std::string item = "response_item";
    write("2026/03/01/rollout-1.jsonl",
          line(0, "session_meta", {{"id", "cx1"}, {"cwd", "/home/ada/shop"}}) +
              line(1, item, spoken("user", "<environment_context>x</environment_context>")) +
              line(2, item, spoken("user", "Which port?")) +
              line(2, "event_msg", {{"type", "user_message"}, {"message", "Which port?"}}) +
              line(3, item, {{"type", "reasoning"}, {"summary", json::array{}}}) +
              line(4, item, tool("shell", R"({"command":["grep"]})")) +
              line(5, item,
                   {{"type", "function_call_output"}, {"call_id", "k1"}, {"output", "6543"}}) +
              line(6, item, spoken("assistant", "It is 6543.")));
    // The older form: no envelope.
    write("2025/rollout-0.jsonl", "{\"id\":\"cx0\",\"timestamp\":\"2025-03-01T10:00:00Z\"}\n" +
                                      serialize(spoken("user", "Hello")) +
                                      "\n{\"type\":\"message\",\"role\":\"assi");
    const ImportOutput out = import_path(ImportFormat::codex, root);
    EXPECT_EQ(out.logged, 6);
    EXPECT_THAT(out.problems, ElementsAre(HasSubstr("2025/rollout-0.jsonl line 3: half a line")));
    const ThreadOutput main = read(context, "cx1");
    EXPECT_EQ(main.thread.scope, "project:/home/ada/shop");
    EXPECT_THAT(contents(main.messages),
                ElementsAre(HasSubstr("<environment_context>"), "Which port?",
                            R"(shell {"command":["grep"]})", "6543", "It is 6543."));
    EXPECT_EQ(main.messages[0].speaker, "system");
    EXPECT_EQ(main.messages[1].speaker, "user");
    EXPECT_EQ(main.messages[3].type, Kind::tool_result);
    EXPECT_THAT(contents(read(context, "cx0").messages), ElementsAre("Hello"));
    EXPECT_EQ(import_path(ImportFormat::codex, root).logged, 0);
}

TEST_F(FormatImport, ACodexSubAgentIsAForkWhereItWasSentOff) {
    const std::string spawn = line(1, "response_item", tool("spawn_agent", "{}"));
    const json::object made{{"parent_thread_id", "cx1"}, {"spawn_call_id", "k1"}};
    const json::object source{{"subagent", {{"thread_spawn", made}}}};
    write("rollout-1.jsonl", line(0, "session_meta", {{"id", "cx1"}}) + spawn);
    write("rollout-2.jsonl", line(2, "session_meta", {{"id", "cx2"}, {"source", source}}) + spawn +
                                 line(3, "response_item", spoken("user", "Look")));
    EXPECT_EQ(import_path(ImportFormat::codex, root).logged, 2);
    const ThreadOutput child = read(context, "cx2");
    EXPECT_EQ(child.thread.forked_from, "cx1");
    EXPECT_THAT(contents(child.messages), ElementsAre("spawn_agent {}", "Look"));
    EXPECT_EQ(child.messages[1].speaker, "assistant");
}

TEST_F(FormatImport, GeminiSessions) {
    const json::object asked{{"id", "g1"},
                             {"timestamp", "2026-03-01T10:00:01Z"},
                             {"type", "user"},
                             {"content", {{{"text", "Which port?"}}}}};
    const json::object response{{"name", "grep"}, {"response", {{"output", "port = 6543"}}}};
    const json::object call{{"id", "t1"},
                            {"name", "grep"},
                            {"args", {{"pattern", "port"}}},
                            {"result", {{{"functionResponse", response}}}}};
    const json::object half{{"id", "g2"}, {"type", "gemini"}, {"content", "6543."}};
    json::object answered = half;
    answered["toolCalls"] = json::array{call};
    write("shop/.project_root", "/home/ada/shop\n");
    write("shop/chats/session-1.json",
          serialize(json::object{{"sessionId", "gm1"},
                                 {"summary", "Ports"},
                                 {"messages", json::array{asked, answered}}}));
    // The newer form: a line each, and a message again when its tools have answered.
    write("shop/chats/session-2.jsonl", "{\"sessionId\":\"gm2\"}\n" + serialize(asked) + "\n" +
                                            serialize(half) + "\n" + serialize(answered) +
                                            "\n{\"$set\":{\"summary\":\"Later\"}}\n");
    write("shop/logs.json", "[]");
    EXPECT_EQ(import_path(ImportFormat::gemini, root).logged, 8);
    for (const auto& [session, title] : {std::pair{"gm1", "Ports"}, {"gm2", "Later"}}) {
        const ThreadOutput out = read(context, session);
        EXPECT_THAT(
            contents(out.messages),
            ElementsAre("Which port?", "6543.", R"(grep {"pattern":"port"})", "port = 6543"));
        EXPECT_EQ(out.thread.title, title);
        EXPECT_EQ(out.thread.scope, "project:/home/ada/shop");
        EXPECT_EQ(out.messages[1].speaker, "assistant");
    }
    EXPECT_EQ(import_path(ImportFormat::gemini, root).logged, 0);
    EXPECT_THAT(problem_of(ImportFormat::gemini, R"({"messages":[]})"), HasSubstr("sessionId"));
}

void run_sql(sqlite3* db, const std::string& sql) {
    ASSERT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db);
}

TEST_F(FormatImport, OpenCodesDatabase) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open((root / "opencode.db").c_str(), &db), SQLITE_OK);
    run_sql(db, R"(
        CREATE TABLE session
            (id text, parent_id text, directory text, title text, time_created int);
        CREATE TABLE message (id text, session_id text, time_created int, data text);
        CREATE TABLE part (id text, message_id text, data text);
        INSERT INTO session VALUES ('ses_1', 'ses_2', '/home/ada/shop', 'Child', 1722500002500),
            ('ses_2', NULL, '/home/ada/shop', 'Ports', 1722500000000);
        INSERT INTO message VALUES ('msg_1', 'ses_2', 1722500000000, '{"role":"user"}'),
            ('msg_2', 'ses_2', 1722500001000,
                '{"role":"assistant","time":{"created":1722500001000}}'),
            ('msg_3', 'ses_1', 1722500003000, '{"role":"user"}'), ('msg_4', 'ses_2', 1, '{"ro');
        INSERT INTO part VALUES
            ('prt_1', 'msg_1', '{"type":"text","text":"Which port?"}'),
            ('prt_2', 'msg_1', '{"type":"text","synthetic":true,"text":"Called Read"}'),
            ('prt_3', 'msg_2', '{"type":"tool","tool":"task","callID":"k1","state":'
                || '{"input":{},"output":"6543","metadata":{"sessionId":"ses_1"}}}'),
            ('prt_4', 'msg_2', '{"type":"text","text":"6543 \ud83d"}'),
            ('prt_5', 'msg_3', '{"type":"text","text":"find the port"}');)");
    sqlite3_close(db);
    const ImportOutput out = import_path(ImportFormat::opencode, root);
    EXPECT_EQ(out.skipped, 1);
    EXPECT_THAT(out.problems, ElementsAre(HasSubstr("message msg_4")));
    EXPECT_THAT(out.changes, ElementsAre(HasSubstr("part prt_4")));
    const ThreadOutput main = read(context, "ses_2");
    EXPECT_THAT(contents(main.messages),
                ElementsAre("Which port?", "Called Read", "task {}", "6543", "6543 \uFFFD"));
    EXPECT_EQ(main.messages[1].speaker, "system");
    EXPECT_EQ(main.thread.title, "Ports");
    EXPECT_EQ(main.messages[0].timestamp, Timestamp{1'722'500'000'000'000});
    const ThreadOutput child = read(context, "ses_1");
    EXPECT_EQ(child.thread.forked_from, "ses_2");
    EXPECT_EQ(child.thread.forked_at, 3);
    EXPECT_EQ(import_path(ImportFormat::opencode, root / "opencode.db").logged, 0);

    std::string text = "SQLite format 3";
    text.resize(4096, '\0');
    write("other.db", text);
    EXPECT_EQ(code_of([&] { import_path(ImportFormat::opencode, root / "other.db"); }),
              Code::invalid_argument);
}

TEST_F(FormatImport, OpenCodesExport) {
    const std::string text =
        R"({"info":{"id":"ses_7","directory":"/home/ada/shop","title":"Exported"},)"
        R"("messages":[{"info":{"id":"msg_7","role":"user","time":{"created":1722500000000}},)"
        R"("parts":[{"id":"prt_7","type":"text","text":"Which port?"}]}]})";
    EXPECT_EQ(import(ImportFormat::opencode, text).logged, 1);
    EXPECT_EQ(read(context, "ses_7").thread.title, "Exported");
    // As a shell of Windows writes it: UTF-16 with its mark.
    std::string wide = "\xFF\xFE";
    for (const char c : text) wide += {c, '\0'};
    write("export.json", wide);
    const ImportOutput out = import_path(ImportFormat::opencode, root / "export.json");
    EXPECT_EQ(out.duplicates, 1);
    EXPECT_THAT(out.changes, ElementsAre(HasSubstr("UTF-16")));
    write("empty/x.txt", "");
    EXPECT_EQ(code_of([&] { import_path(ImportFormat::opencode, root / "empty"); }),
              Code::invalid_argument);
}

TEST_F(FormatImport, LinesWithoutATimeStayBehindTheirPredecessor) {
    import(ImportFormat::transcript,
           R"({"threadId":"t","content":"one","timestamp":"2020-01-01T00:00:00Z"})"
           "\n"
           R"({"threadId":"t","content":"two"})"
           "\n");
    const auto messages = read(context, "t").messages;
    EXPECT_EQ(messages[1].timestamp, messages[0].timestamp);
}

}  // namespace
}  // namespace stele::conversations
