#include "operate/lint/distribution.hpp"

#include <array>

namespace stele::lint {

namespace {

constexpr std::string_view kRegistry = "registry of the whole installation: a reference table";
constexpr std::string_view kOperators = "the operator's own record";
constexpr std::string_view kDue = "ids and times alone, so that due work is found across tenants";

constexpr std::array kTables{
    Undistributed{"embedding_models", kRegistry}, Undistributed{"partitioned_tables", kRegistry},
    Undistributed{"schema_migrations", kOperators}, Undistributed{"stele_backups", kOperators},
    Undistributed{"due_work", kDue}};

constexpr std::string_view kCodes =
    "keeps vector_codes in step with the vectors of the same org, whoever writes them";
constexpr std::string_view kAnnounces =
    "puts an event on the stream when the job's transaction ends, so that it is numbered last";

constexpr std::array kTriggers{Undistributed{"memory_vectors.memory_vectors_inserted", kCodes},
                               Undistributed{"memory_vectors.memory_vectors_updated", kCodes},
                               Undistributed{"memory_vectors.memory_vectors_deleted", kCodes},
                               Undistributed{"chat_vectors.chat_vectors_inserted", kCodes},
                               Undistributed{"chat_vectors.chat_vectors_updated", kCodes},
                               Undistributed{"chat_vectors.chat_vectors_deleted", kCodes},
                               Undistributed{"jobs.announce_submitted", kAnnounces},
                               Undistributed{"jobs.announce_ended", kAnnounces},
                               Undistributed{"job_queue.announce_started", kAnnounces}};

constexpr std::string_view kTakes =
    "a definer function finds due work of any tenant by key, in the domain's own queue";
constexpr std::string_view kFollows =
    "asks for several tenants that this server serves, each by key";
constexpr std::string_view kCares =
    "the operator's care: counts or lists for all tenants, in no request's way";
constexpr std::string_view kLooksUp =
    "a definer function finds a credential, whose tenant is not known before";
constexpr std::string_view kPartitions = "makes or drops a partition with the rows of all tenants";
constexpr std::string_view kGauge = "a gauge over all tenants";
constexpr std::string_view kExamines =
    "the doctor and status look whether row-level security hides all";

constexpr std::array kStatements{Undistributed{"mesh.due", kTakes},
                                 Undistributed{"jobs.due_schedules", kTakes},
                                 Undistributed{"jobs.expired", kTakes},
                                 Undistributed{"jobs.due_jobs", kTakes},
                                 Undistributed{"events.heads_moved", kFollows},
                                 Undistributed{"identity.revocation_heads", kFollows},
                                 Undistributed{"identity.find_token", kLooksUp},
                                 Undistributed{"identity.find_session", kLooksUp},
                                 Undistributed{"jobs.keep_partitions", kPartitions},
                                 Undistributed{"events.drop_partitions", kPartitions},
                                 Undistributed{"retention.drop_partitions", kPartitions},
                                 Undistributed{"memory.queue_age", kGauge},
                                 Undistributed{"app.tenants_with_texts", kCares},
                                 Undistributed{"archive.probe_rows", kCares},
                                 Undistributed{"retention.annotation_classes", kCares},
                                 Undistributed{"retention.classes", kCares},
                                 Undistributed{"retention.delegation_classes", kCares},
                                 Undistributed{"retention.explanation_classes", kCares},
                                 Undistributed{"retention.job_classes", kCares},
                                 Undistributed{"retention.skill_classes", kCares},
                                 Undistributed{"retention.plan", kCares},
                                 Undistributed{"retention.plan_annotations", kCares},
                                 Undistributed{"retention.plan_delegations", kCares},
                                 Undistributed{"retention.plan_explanations", kCares},
                                 Undistributed{"retention.plan_jobs", kCares},
                                 Undistributed{"retention.plan_skills", kCares},
                                 Undistributed{"status.status_read", kExamines}};

}  // namespace

std::span<const Undistributed> untenanted_tables() {
    return kTables;
}

std::span<const Undistributed> unsafe_triggers() {
    return kTriggers;
}

std::span<const Undistributed> statements_over_tenants() {
    return kStatements;
}

std::vector<std::string> names_of(std::span<const Undistributed> list) {
    std::vector<std::string> out;
    for (const Undistributed& one : list) out.emplace_back(one.name);
    return out;
}

std::string listed(std::string_view what, std::span<const Undistributed> list) {
    std::string out(what);
    for (std::size_t i = 0; i < list.size(); ++i) {
        out += (i == 0 ? ": " : list[i].reason == list[i - 1].reason ? ", " : "; ");
        out += list[i].name;
        if (i + 1 == list.size() || list[i + 1].reason != list[i].reason)
            out += " (" + std::string(list[i].reason) + ")";
    }
    return out;
}

}  // namespace stele::lint
