// Operations about many jobs whose items each have a result of their own.
#pragma once

#include <vector>

#include "foundation/base/error.hpp"
#include "runtime/operation.hpp"
#include "work/jobs/worker/worker_requests.hpp"

namespace stele::jobs {

// Takes the items that cannot be read out of input's `jobs`, given why reading it failed. Rethrows
// the error when something else is wrong, or when no item would be left.
std::vector<Refused> take_out_refused(json::value& input, const Error& error);

// Reads the input, puts the items of its `jobs` that cannot be read into the output's `refused`,
// and does the others.
template <class Input, class Output>
json::value run_batch(Output (*function)(runtime::Context&, const Input&),
                      runtime::Context& context, const json::value& input) {
    std::vector<Refused> refused;
    Input kept;
    try {
        kept = reflect::read<Input>(input);
    } catch (const Error& error) {
        json::value rest = input;
        refused = take_out_refused(rest, error);
        kept = reflect::read<Input>(rest);
    }
    Output out = function(context, kept);
    if (!refused.empty()) out.refused = std::move(refused);
    return reflect::write(out);
}

// As runtime::operation(), run by run_batch().
template <class Input, class Output>
runtime::Operation batch_operation(std::string name,
                                   Output (*function)(runtime::Context&, const Input&)) {
    runtime::Operation op = runtime::operation(std::move(name), function);
    op.runs([function](runtime::Context& context, const json::value& input) {
        return run_batch(function, context, input);
    });
    return op;
}

}  // namespace stele::jobs
