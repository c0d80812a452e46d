// What a person left for a session to know: context.md in its working directory, read once.
#pragma once

#include <optional>
#include <string>

#include "foundation/base/limits.hpp"
#include "foundation/base/reflect.hpp"
#include "runtime/context.hpp"

namespace stele::agent_health {

using reflect::field;
using reflect::fields;

inline constexpr auto kContextFile = "context.md";

struct ContextCheckInput {
    std::optional<std::string> workdir;
    static auto describe() {
        return fields(field("workdir", &ContextCheckInput::workdir,
                            "Where to look; absent: this process's working directory")
                          .positional()
                          .min_bytes(1)
                          .max_bytes(limits::kUriBytes));
    }
};

struct ContextCheckOutput {
    bool has_context = false;
    std::string content;
    template <class S = ContextCheckOutput>
    static auto describe() {
        return fields(field("hasContext", &S::has_context, "There was something"),
                      field("content", &S::content, "What it said; the file is gone"));
    }
};

// Takes the file's text and deletes it. The file gets another name before it is read: what is
// written meanwhile is a new file, and of two who ask at once one has the text. Where reading fails
// it gets its name back; what a process left behind that died in between is taken by the next one.
// Throws Error(forbidden) to who does not sit at this machine, Error(too_large),
// Error(invalid_argument) for what is no text.
ContextCheckOutput check_context(runtime::Context& context, const ContextCheckInput& input);

}  // namespace stele::agent_health
