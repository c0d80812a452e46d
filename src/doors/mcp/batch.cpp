// Batches: several messages in one, which version 2025-03-26 knew and no other.
#include <fmt/format.h>

#include <algorithm>

#include "doors/mcp/session.hpp"

namespace stele::mcp {

namespace {

// Gathers the answers of a batch; what is no answer goes on at once.
class BatchSink : public Sink {
  public:
    explicit BatchSink(std::shared_ptr<Sink> out) : out_(std::move(out)) {}
    void send(const json::value& message) override {
        if (!is_response(message)) return out_->send(message);
        const std::lock_guard lock(mutex_);
        answers_.push_back(message);
    }
    void close_stream() override { out_->close_stream(); }
    void finish() {
        const std::lock_guard lock(mutex_);
        if (!answers_.empty()) out_->send(answers_);
    }

  private:
    const std::shared_ptr<Sink> out_;
    std::mutex mutex_;
    json::array answers_;
};

bool is_initialize(const json::value& message) {
    const json::object* object = message.if_object();
    const json::value* method = object ? object->if_contains("method") : nullptr;
    return method && method->is_string() && method->get_string() == "initialize";
}

}  // namespace

Job Session::receive_batch(const json::array& batch, const std::shared_ptr<Sink>& out,
                           const Arrival& arrival) {
    const auto refuse = [&](std::string_view why) {
        out->send(make_error(nullptr, rpc::kInvalidRequest, why));
        return Job{};
    };
    if (negotiated().version != "2025-03-26")
        return refuse("batches exist in protocol version 2025-03-26 only; send one message each");
    if (batch.empty()) return refuse("the batch is empty");
    if (batch.size() > options_.batch)
        return refuse(fmt::format("the batch has {} messages; at most {} are allowed", batch.size(),
                                  options_.batch));
    if (std::any_of(batch.begin(), batch.end(), is_initialize))
        return refuse("initialize must not be part of a batch");

    const auto gather = std::make_shared<BatchSink>(out);
    std::vector<Job> jobs;
    for (const json::value& message : batch)
        if (Job job = receive_one(message, gather, arrival)) jobs.push_back(std::move(job));
    if (jobs.empty()) {
        gather->finish();
        return {};
    }
    return {.run =
                [jobs, gather] {
                    for (const Job& job : jobs) job.run();
                    gather->finish();
                },
            .turn_away =
                [jobs, gather](const Error& error) {
                    for (const Job& job : jobs) job.turn_away(error);
                    gather->finish();
                }};
}

}  // namespace stele::mcp
