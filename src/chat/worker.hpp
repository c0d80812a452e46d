// The worker: summaries and vectors, made in the background of whoever logs.
//
// What is due stands in the database (chat_work), so it survives everything; it is taken for a
// while and comes back by itself when a worker dies. Any number of processes may work at once: a
// range has one summary, a message one vector of each part.
#pragma once

#include <memory>

#include "api/background.hpp"
#include "api/context.hpp"
#include "chat/summarizer.hpp"

namespace stele::chat {

// Does a bunch of what is due, of whatever tenant. Return how much they took; 0: nothing is due.
int make_summaries(api::Context& context, Summarizer& summarizer);
int make_vectors(api::Context& context);

// Both, until nothing is due or the context's deadline passes. Returns how much was done.
std::int64_t work_all(api::Context& context, Summarizer& summarizer);

// Works in the background of serve and mcp for as long as it lives.
class Worker {
  public:
    Worker(const api::SummarySettings& settings, api::Background::MakeContext make_context);

  private:
    Summarizer summarizer_;
    api::Background background_;
};

}  // namespace stele::chat
