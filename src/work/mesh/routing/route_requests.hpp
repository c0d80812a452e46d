// What is asked about a route, and how it is explained.
#pragma once

#include "work/mesh/members/requests.hpp"
#include "work/mesh/routing/score.hpp"

namespace stele::mesh {

struct RouteInput {
    std::string prompt;
    std::string domain, model, conversation;
    int depth = 0;
    std::vector<std::string> path;
    int limit = 20;
    bool explain = false;
    template <class S = RouteInput>
    static auto describe() {
        constexpr auto name = limits::kNameBytes;
        return fields(
            field("prompt", &S::prompt, "What is to be done")
                .required()
                .positional()
                .min_bytes(1)
                .max_bytes(limits::kContentBytes),
            field("domain", &S::domain, "What it is about: the role that does such work")
                .max_bytes(name),
            field("model", &S::model, "With which model, as provider/model").max_bytes(name),
            field("conversation", &S::conversation,
                  "What it belongs to: whoever was given the last of it is given this too, while "
                  "well and not gone")
                .max_bytes(name),
            field("depth", &S::depth, "How often it was handed on already")
                .range(0, limits::kMeshDepth),
            field("path", &S::path, "Who had it already: they do not get it again")
                .max_items(limits::kMeshDepth)
                .max_bytes(name),
            field("limit", &S::limit, "How many candidates to show")
                .clamp(1, limits::kInstances)
                .alias("n"),
            field("explain", &S::explain, "Keep the explanation; else nothing is written"));
    }
};

struct Scored {
    std::string id, name;
    double score = 0;
    Factors breakdown;
    std::string reason;
    template <class S = Scored>
    static auto describe() {
        return fields(field("id", &S::id, "The instance"), field("name", &S::name, "Its name"),
                      field("score", &S::score, "The weighted sum of its factors"),
                      field("breakdown", &S::breakdown, "Its factors, 0 to 1 each"),
                      field("reason", &S::reason, "What speaks for it"));
    }
};

struct Selected {
    std::string id, name, endpoint;
    double score = 0;
    template <class S = Selected>
    static auto describe() {
        return fields(field("id", &S::id, "The instance"), field("name", &S::name, "Its name"),
                      field("endpoint", &S::endpoint, "Where it takes jobs"),
                      field("score", &S::score, "Its score"));
    }
};

struct Skipped {
    std::string id, name, why;
    template <class S = Skipped>
    static auto describe() {
        return fields(field("id", &S::id, "The instance"), field("name", &S::name, "Its name"),
                      field("why", &S::why,
                            "self, on the path, unhealthy, offline, no endpoint, another role"));
    }
};

struct RouteOutput {
    std::optional<Selected> selected_instance;
    std::vector<Scored> scores;
    int candidates = 0;
    std::vector<Skipped> skipped;
    std::string reason;
    json::object weights;
    std::optional<std::string> explanation_id, degraded;
    template <class S = RouteOutput>
    static auto describe() {
        return fields(
            field("selectedInstance", &S::selected_instance, "Who gets it; absent: nobody"),
            field("scores", &S::scores, "The best candidates, the best first"),
            field("candidates", &S::candidates, "How many there were"),
            field("skipped", &S::skipped, "Who could not be one, as many as candidates shown"),
            field("reason", &S::reason, "Why this one, or why nobody"),
            field("weights", &S::weights, "How much each factor counted; their sum is 1"),
            field("explanationId", &S::explanation_id, "Under which it is kept"),
            field("degraded", &S::degraded, "Why meanings were not compared"));
    }
};

}  // namespace stele::mesh
