#include "runtime/caller/scope_path.hpp"

#include <gtest/gtest.h>

namespace stele::runtime {
namespace {

TEST(ScopePath, AProjectHasOneSpelling) {
    for (const char* spelling : {"project:/a/c", "project:/a/c/", "project:/a/./c//",
                                 "project:/a/b/../c", "project:/../a/c/."})
        EXPECT_EQ(normal_scope(spelling), "project:/a/c") << spelling;
    EXPECT_EQ(normal_scope("project:/"), "project:/");
    EXPECT_EQ(normal_scope("project:///"), "project:/");
    EXPECT_EQ(normal_scope("project://a"), "project:/a");
}

TEST(ScopePath, WhatIsNoPathStays) {
    for (const char* scope : {"global", "project:", "project:shop", "project:shop/",
                              "project:C:\\a", "instance:/a/", "posse:a/../b", ""})
        EXPECT_EQ(normal_scope(scope), scope);
}

}  // namespace
}  // namespace stele::runtime
