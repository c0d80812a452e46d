// Conversations that have something to do for the worker.
#pragma once

#include <fmt/format.h>

#include "foundation/base/error.hpp"
#include "knowledge/conversations/tests/fixture.hpp"
#include "knowledge/conversations/worker.hpp"

namespace stele::conversations {

inline void talk(runtime::Context& context, int count, const std::string& thread = "t",
                 int first = 1) {
    LogBatchInput batch;
    for (int i = first; i < first + count; ++i)
        batch.messages.push_back(
            said(fmt::format("Message {} is about the topic number {} of the plan.", i, i), thread,
                 "Ann"));
    log_batch(context, batch);
}

inline std::int64_t work(World& world) {
    runtime::Context context = world.context();
    return work_all(context);
}

inline std::vector<std::string> ranges(runtime::Context& context, const std::string& thread = "t") {
    std::vector<std::string> out;
    for (const Summary& s : summaries(context, {thread}).summaries)
        out.push_back(fmt::format("{}-{}", s.from_seq, s.to_seq));
    return out;
}

// A model that needs nothing: the vector is the text's length.
class LengthModel : public embed::Embedder {
  public:
    explicit LengthModel(std::string name = "length") : info_{name, 2, "hash of " + name, 16} {}
    const embed::ModelInfo& info() const override { return info_; }
    std::vector<embed::Vector> embed(std::span<const std::string> texts, embed::Purpose,
                                     Deadline) override {
        if (fail) throw Error(Code::unavailable, "the endpoint is slow", "", {}, true);
        std::vector<embed::Vector> out;
        for (const std::string& text : texts) out.push_back({1, float(text.size())});
        return out;
    }
    bool fail = false;

  private:
    embed::ModelInfo info_;
};

}  // namespace stele::conversations
