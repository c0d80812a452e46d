// What the graph learns from jobs: a child is part of its parent, a retry and a fork came from
// another job, an artifact from the job that produced it.
#pragma once

#include <string_view>
#include <vector>

#include "knowledge/graph/source.hpp"

namespace stele::jobs {

const graph::Source& job_edges();
const graph::Source& artifact_edges();

// A line about each job and artifact, for the graph's answers.
std::vector<graph::Kind> graph_kinds();

// An artifact's id, made of what it is: reported twice it is the same. No UUIDv7, so in the graph
// it ranks below the job.
Uuid artifact_id(const Uuid& job, std::string_view uri, std::string_view sha256);

}  // namespace stele::jobs
