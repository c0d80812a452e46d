#include <fmt/format.h>

#include "doors/reference/markdown.hpp"
#include "doors/reference/pages.hpp"
#include "foundation/base/limits.hpp"
#include "foundation/http/server.hpp"
#include "runtime/background/runner.hpp"

namespace stele::reference {

namespace {

struct Row {
    std::string_view what;
    std::string bound;
};
using Rows = std::vector<Row>;

std::string of(std::int64_t number, std::string_view unit) {
    return fmt::format("{} {}", count(number), unit);
}

std::string table(std::string_view heading, const Rows& rows) {
    std::string out = fmt::format("## {}\n\n| what | bound |\n|---|---|\n", heading);
    for (const Row& row : rows) out += fmt::format("| {} | {} |\n", row.what, row.bound);
    return out + "\n";
}

Rows memory() {
    using namespace limits;
    return {{"content of a memory", bytes(kContentBytes) + " of UTF-8 without NUL"},
            {"metadata, as JSON", bytes(kMetadataBytes)},
            {"tags of a memory; one tag", of(kTags, "tags; ") + bytes(kTagBytes)},
            {"category, source, type, trust", bytes(kNameBytes)},
            {"scope", bytes(kScopeBytes)},
            {"URI of a source", bytes(kUriBytes)},
            {"memories of one `store_batch`", count(kBatch)},
            {"rows of one answer", of(kPage, "(more is clamped)")},
            {"memories that `stats` counts each time; of more the numbers are kept",
             count(kStatsCounted) + "; for " + of(kStatsKept.count() / 1'000'000, "s")},
            {"different words kept of one text", count(kDocumentTerms)},
            {"pairs of neighbouring words kept of one text", count(kDocumentPairs)}};
}

Rows search() {
    using namespace limits;
    return {{"query", bytes(kQueryBytes)},
            {"different words that one query is ranked by", count(kQueryTerms)},
            {"different words of a longer query that are looked up", count(kLongQueryTerms)},
            {"items that a search scores one by one", of(kCandidateSet, "visible ones")},
            {"items of a tenant and kind in no segment", count(kUnindexedMost)},
            {"the same beside segments", count(kUnindexedWithSegments)},
            {"items that stay outside when a segment is made", count(kUnindexedLeft)},
            {"items that go into a segment at once", count(kSegmentMost)},
            {"items of one segment", count(kSegmentItems)},
            {"lists of large tenants' common words in memory", bytes(kBlockCacheBytes)},
            {"centroids of large tenants' vector lists in memory", bytes(kCentroidBytes)}};
}

Rows conversations() {
    using namespace limits;
    return {{"content of a message", bytes(kMessageBytes) + "; an import cuts longer ones"},
            {"key of a thread; key against duplicates",
             bytes(kThreadKeyBytes) + "; " + bytes(kDedupKeyBytes)},
            {"a pending action; its resolution", bytes(kPendingBytes)},
            {"messages of one answer", of(kThreadPage, "(more is clamped)")},
            {"messages between two summaries", count(kSummaryEvery)},
            {"messages of the summary at the end", of(kSummaryAtEnd, "(the last ones)")},
            {"ancestors of a fork", count(std::int64_t(kForkDepth))}};
}

Rows graph() {
    using namespace limits;
    return {{"depth of a trace or a path", count(kTraceDepth)},
            {"nodes of one answer", count(kTraceRows)},
            {"nodes that a walk visits, all pages together", count(kWalkNodes)},
            {"evidence of a link", bytes(kEvidenceBytes)},
            {"label of a node", bytes(kLabelBytes)},
            {"rows that a rebuild reads in one transaction", count(kRebuildPage)}};
}

Rows jobs() {
    using namespace limits;
    return {{"input or output of a job, output of a step, a checkpoint", bytes(kJobBytes)},
            {"jobs of one lease, heartbeat, complete, fail, suspend, report", count(kLeaseBatch)},
            {"a lease, unless the job, its queue or the worker say", of(kLeaseSeconds, "s")},
            {"the longest lease", of(kLeaseSecondsMost, "s")},
            {"the longest wait for a job, an event or a job's end", of(kWaitMs, "ms")},
            {"attempts of a job, unless it or its queue say", count(kJobAttempts)},
            {"back-off before the second attempt; doubled each time", of(kBackoffSeconds, "s")},
            {"the longest back-off", of(kBackoffCap, "s")},
            {"priority", fmt::format("−{0} to {0}", count(kPriorityMost))},
            {"groups that one lease of a fair queue looks at", count(kFairGroups)},
            {"due jobs that one statement makes ready", count(kPromoted)},
            {"ancestors of a job", count(kJobDepth)},
            {"the shortest interval of a schedule", of(kEverySeconds, "s")},
            {"missed times that a schedule makes up for", count(kCatchUp)},
            {"how late a time is when it counts as missed", of(kMissedSeconds, "s")},
            {"times of one `job schedule_next`", count(kNextTimes)},
            {"steps of a definition", count(kDefinitionSteps)},
            {"a line of a command's stderr as an event", bytes(kOutputLineBytes)},
            {"such lines of one job in a second", count(kOutputLines)}};
}

Rows events() {
    using namespace limits;
    return {{"events of one answer", count(kEventPage)},
            {"payload of an event that goes into the stream whole", bytes(kEventBytes)}};
}

Rows mesh() {
    using namespace limits;
    return {{"time between two heartbeats of an instance", of(kBeatSeconds, "s")},
            {"silence after which it is unhealthy", of(kUnhealthySeconds, "s")},
            {"silence after which it is offline", of(kOfflineSeconds, "s")},
            {"expertise of an instance", bytes(kExpertiseBytes)},
            {"its capabilities; its models", count(std::int64_t(kInstanceItems)) + " each"},
            {"instances of one answer", count(kInstances)},
            {"candidates that are kept with a decision", count(kExplained)},
            {"times that a job may be handed on, whatever `mesh.maxDepth`", count(kMeshDepth)},
            {"the longest wait for a delegated job", of(kDelegationWaitSeconds, "s")},
            {"failed looks in a row that end a delegation", count(kPollFailures)}};
}

Rows analytics() {
    using namespace limits;
    return {{"feedback of an annotation", bytes(kFeedbackBytes)},
            {"its categories; one category",
             of(kFeedbackCategories, "; ") + bytes(kFeedbackCategoryBytes)},
            {"what is kept of the prompt", bytes(kKeptPromptBytes)},
            {"half-life of an annotation, unless the caller says", of(kHalfLifeDays, "days")},
            {"values of one dimension in one answer", count(kScoreValues)},
            {"annotations of an agent that routing looks at", count(kAgentAnnotations)}};
}

Rows skills() {
    using namespace limits;
    return {{"description of a skill", bytes(kSkillDescriptionBytes)},
            {"a file that is imported", bytes(kSkillFileBytes)},
            {"skills of a tenant that a search looks at", count(kSkills)},
            {"context.md", bytes(kContextFileBytes)},
            {"a message on a channel", bytes(kChannelMessageBytes)},
            {"text of a wake item", bytes(kWakeTextBytes)},
            {"wake items that one heartbeat takes along", count(kWakeItems)}};
}

Rows protocols() {
    using namespace limits;
    const http::Limits server;
    return {{"body of a request, unless the operation says", bytes(kBodyBytes)},
            {"body of a batch", bytes(kBatchBodyBytes)},
            {"request line and headers", bytes(server.header_bytes)},
            {"levels of JSON", count(kJsonDepth)},
            {"one MCP message on standard input", bytes(kLineBytes)}};
}

Rows database() {
    using namespace limits;
    return {{"time of one operation, unless it says", of(kDeadline.count(), "ms")},
            {"opening a connection", of(kConnectTimeout.count(), "ms")},
            {"wait for a cancelled statement to end", of(kCancelGrace.count(), "ms")},
            {"attempts after a serialization failure", count(kRetries)},
            {"failures in a row after which a background task gives up",
             count(background::kMaxAttempts)},
            {"age of the newest backup when `stele upgrade` migrates",
             of(int(kDailyBackup.count()), "hours unless `--max-backup-age-hours` says")},
            {"one row of a scoped file", bytes(kScopedRowBytes)},
            {"rows of a scoped import sent at once", bytes(kScopedBatchBytes)},
            {"conflicts that a scoped import lists", count(kScopedConflicts)}};
}

}  // namespace

std::string limits_page() {
    std::string out =
        title("Limits", "limits") +
        prose(
            "Every queue, body, batch and page has a bound. What is over its bound is refused, "
            "and the answer names the bound. A few numbers are clamped instead, where this page "
            "or the operation's page says so. Bounds of single "
            "fields: [HTTP](http.md). Bounds that can be set: [settings](settings.md).") +
        "\n\n";
    out += table("Memories", memory()) + table("Search", search());
    out += table("Conversations", conversations()) + table("The graph", graph());
    out += table("Jobs and schedules", jobs()) + table("Events", events());
    out += table("The mesh", mesh()) + table("Analytics", analytics());
    out += table("Skills, channels, what wakes agents", skills());
    out += table("HTTP, JSON and MCP", protocols()) + table("Database", database());
    out.pop_back();
    return out;
}

}  // namespace stele::reference
