// A database of its own and a caller, for the tests of this folder.
#pragma once

#include <string>

#include "work/analytics/store.hpp"
#include "work/jobs/tests/fixture.hpp"

namespace stele::analytics {

using memory::code_of;

struct World : jobs::World {
    // Annotations by the hundred: `many` alike, each of a job of its own, so many days old.
    struct Lot {
        int many = 1;
        Verdict verdict = Verdict::pass;
        std::string agent = "a", model = "m", domain = "general";
        int iterations = 1;
        double days = 0;
    };
    void add(const Lot& lot, const std::string& org = "00000000-0000-4000-8000-000000000001") {
        const std::string verdict(reflect::name_of(lot.verdict));
        tell(
            "INSERT INTO annotations (org_id, project_id, id, job_id, origin, verdict, score, "
            "agent, model, domain, iterations, token_cost, duration_ms, instance, created_at) "
            "SELECT '" +
            org +
            "', '00000000-0000-4000-8000-000000000001', gen_random_uuid(), "
            "gen_random_uuid()::text, 'human', '" +
            verdict + "', CASE '" + verdict +
            "' WHEN 'pass' THEN 1 WHEN 'fail' THEN 0 ELSE 0.5 END, '" + lot.agent + "', '" +
            lot.model + "', '" + lot.domain + "', " + std::to_string(lot.iterations) +
            ", 0, 0, 'tester', now() - interval '1 day' * " + std::to_string(lot.days) +
            " FROM generate_series(1, " + std::to_string(lot.many) + ")");
    }
};

inline AnnotateInput verdict(std::string job, Verdict said, Origin origin = Origin::human) {
    AnnotateInput in;
    in.job_id = std::move(job);
    in.verdict = said;
    in.origin = origin;
    return in;
}

}  // namespace stele::analytics
