#include "api/diagnostic.hpp"

#include "base/redact_json.hpp"

namespace stele::api {

Operation diagnostic(Operation op) {
    op.run = [run = std::move(op.run)](Context& context, const json::value& input) {
        return redacted(run(context, input));
    };
    return op;
}

}  // namespace stele::api
