#include "runtime/background/operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "foundation/base/limits.hpp"
#include "runtime/background/sql.hpp"
#include "runtime/call.hpp"

namespace stele::background {

namespace {

using reflect::field;
using reflect::fields;

constexpr int kRetryPage = 500;

struct ListInput {
    std::optional<std::string> task;
    int limit = 50;
    template <class S = ListInput>
    static auto describe() {
        return fields(field("task", &S::task, "One task: embedding, conversations, segments")
                          .max_bytes(limits::kNameBytes),
                      field("limit", &S::limit, "How many dead letters, the newest first")
                          .clamp(1, limits::kPage)
                          .alias("n"));
    }
};

struct DeadRow {
    std::string task, kind, id, reason;
    int attempts = 0;
    Timestamp failed_at{};
    template <class S = DeadRow>
    static auto describe() {
        return fields(
            field("task", &S::task, "The task that gave it up"),
            field("kind", &S::kind, "memory, message, summary, thread; tenant: all of it"),
            field("id", &S::id, "Of the item"), field("reason", &S::reason, "What went wrong"),
            field("attempts", &S::attempts, "How often it was tried"),
            field("failedAt", &S::failed_at, "When it was tried last"));
    }
};

struct WaitingRow {
    std::string task;
    Timestamp due_at{};
    int attempts = 0;
    template <class S = WaitingRow>
    static auto describe() {
        return fields(field("task", &S::task, "A task that has work"),
                      field("dueAt", &S::due_at, "When it goes on"),
                      field("attempts", &S::attempts, "Failures in a row, and the try at hand"));
    }
};

struct ListOutput {
    std::vector<WaitingRow> waiting;
    std::vector<DeadRow> dead;
    template <class S = ListOutput>
    static auto describe() {
        return fields(field("waiting", &S::waiting, "Tasks that have work in this tenant"),
                      field("dead", &S::dead, "Items that were set aside"));
    }
};

struct RetryInput {
    std::optional<std::string> task;
    std::vector<std::string> ids;
    template <class S = RetryInput>
    static auto describe() {
        return fields(field("task", &S::task, "One task's").max_bytes(limits::kNameBytes),
                      field("ids", &S::ids, "These items; none named: all")
                          .format("uuid")
                          .alias("id")
                          .max_items(limits::kBatch));
    }
};

struct RetryOutput {
    int retried = 0;
    template <class S = RetryOutput>
    static auto describe() {
        return fields(field("retried", &S::retried, "Items that are tried again"));
    }
};

ListOutput list(runtime::Context& context, const ListInput& input) {
    ListOutput out;
    for (const pg::Row row : context.db.once(runtime::call_of(context), sql::waiting,
                                             context.caller.org, context.caller.project))
        out.waiting.push_back(
            {row.get<std::string>(0), row.get<Timestamp>(1), row.get<std::int32_t>(2)});
    for (DeadLetter& letter : dead_letters(context, input.task, std::nullopt, input.limit))
        out.dead.push_back({letter.task, letter.kind, letter.item.text(), letter.reason,
                            letter.attempts, letter.failed_at});
    return out;
}

// Letters of one task and kind.
void retry_items(runtime::Context& context, const std::vector<Task>& tasks, const DeadLetter& like,
                 const std::vector<Uuid>& items) {
    const auto task = std::ranges::find(tasks, like.task, &Task::name);
    if (task != tasks.end() && task->retry) task->retry(context, like.kind, items);
    const pg::Call call = runtime::call_of(context);
    announce(context.db, call, like.task);
    context.db.pipeline(call, [&](pg::Pipeline& p) { drop(p, call.tenant, items); });
}

RetryOutput retry(runtime::Context& context, const std::vector<Task>& tasks,
                  const RetryInput& input) {
    std::optional<std::vector<Uuid>> ids;
    if (!input.ids.empty()) ids.emplace();
    for (const std::string& id : input.ids) ids->push_back(*Uuid::parse(id));
    RetryOutput out;
    for (;;) {
        const auto letters = dead_letters(context, input.task, ids, kRetryPage);
        if (letters.empty()) return out;
        std::map<std::pair<std::string, std::string>, std::vector<const DeadLetter*>> groups;
        for (const DeadLetter& letter : letters)
            groups[{letter.task, letter.kind}].push_back(&letter);
        for (const auto& [key, group] : groups) {
            std::vector<Uuid> items;
            for (const DeadLetter* letter : group) items.push_back(letter->item);
            retry_items(context, tasks, *group.front(), items);
        }
        out.retried += int(letters.size());
    }
}

std::string render_list(const json::value& output) {
    const auto text = [](const json::object& row, const char* key) {
        return std::string_view(row.at(key).as_string());
    };
    std::string out;
    for (const json::value& value : output.at("waiting").as_array()) {
        const json::object& row = value.as_object();
        out += fmt::format("{} has work, due at {}\n", text(row, "task"), text(row, "dueAt"));
    }
    for (const json::value& value : output.at("dead").as_array()) {
        const json::object& row = value.as_object();
        out += fmt::format("{} {} {}: {} (tried {} times, last {})\n", text(row, "task"),
                           text(row, "kind"), text(row, "id"), text(row, "reason"),
                           row.at("attempts").to_number<int>(), text(row, "failedAt"));
    }
    return out.empty() ? "No task of this tenant waits, and nothing was set aside\n" : out;
}

}  // namespace

void register_operations(runtime::Registry& registry, std::vector<Task> tasks) {
    registry.add(
        runtime::operation("background.list", list)
            .says("What background tasks have to do in this tenant, and what they gave up",
                  "Use it when stats or a search say that items have no vector: each dead letter "
                  "has its reason, such as a text that the embedding endpoint refuses.")
            .with_idempotent()
            .with_scopes({"memory:read"})
            .with_examples({{"Everything", {}}, {"One task", {{"task", "embedding"}}}})
            .with_render(render_list));

    registry.add(
        runtime::operation<RetryInput, RetryOutput>(
            "background.retry",
            [tasks = std::move(tasks)](runtime::Context& context, const RetryInput& input) {
                return retry(context, tasks, input);
            })
            .says("Try again what background tasks gave up",
                  "Use it when the reason is gone: another limit of the endpoint, another filter. "
                  "What is refused again is set aside again.")
            .with_effect(runtime::Effect::write)
            .with_idempotent()
            .with_audit(runtime::Audit::change)
            .with_scopes({"memory:write"})
            .with_examples({{"Everything", {}}, {"One task's", {{"task", "embedding"}}}}));
}

}  // namespace stele::background
