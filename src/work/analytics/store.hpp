// The SQL of the analytics domain: the only functions that know its tables.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "foundation/pg/database.hpp"
#include "runtime/call.hpp"
#include "work/analytics/requests.hpp"

namespace stele::analytics {

// Keeps a verdict: the only one of its origin about the job. What it does not say of the work the
// job's own record does, when this ledger has the job. Feedback, categories and prompt lose their
// secrets. The graph learns of it in the same transaction.
AnnotateOutput annotate(runtime::Context& context, const AnnotateInput& input);
// Takes one back; a program's counts again where a person's hid it. Throws Error(not_found),
// Error(refused) under a legal hold.
RetractOutput retract(runtime::Context& context, const RetractInput& input);
AnnotationsOutput annotations(runtime::Context& context, const AnnotationsInput& input);

// Scores as docs/guides/analytics.md defines them; what does not count is not counted.
ScoresOutput scores(runtime::Context& context, const ScoresInput& input);
// Throws Error(invalid_argument) for what is no range.
TrendsOutput trends(runtime::Context& context, const TrendsInput& input);
RecommendationsOutput recommendations(runtime::Context& context, const NoInput& input);
FeedbackOutput feedback(runtime::Context& context, const FeedbackInput& input);

// The score of each of these agents that has annotations, over its last limits::kAgentAnnotations:
// one round trip, read from an index, whatever else the tenant holds.
std::map<std::string, Score> reliability_by_agent(runtime::Context& context,
                                                  const std::vector<std::string>& agents,
                                                  double half_life = limits::kHalfLifeDays);

}  // namespace stele::analytics
