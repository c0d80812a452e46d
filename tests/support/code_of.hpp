// The code of the Error that an action throws.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "foundation/base/error.hpp"

namespace stele::testing {

inline Code code_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return Code::internal;
}

}  // namespace stele::testing
