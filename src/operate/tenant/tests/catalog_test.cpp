#include "operate/tenant/catalog.hpp"

#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>

#include "foundation/base/error.hpp"

namespace stele::tenant {
namespace {

Table table(std::string name, std::vector<std::string> refers_to) {
    Table out;
    out.name = std::move(name);
    out.refers_to = std::move(refers_to);
    return out;
}

std::vector<std::string> names(const std::vector<Table>& tables) {
    std::vector<std::string> out;
    for (const Table& each : tables) out.push_back(each.name);
    return out;
}

TEST(InsertOrder, WhatIsReferredToComesFirstThenTheAlphabet) {
    EXPECT_EQ(names(in_insert_order({table("a", {"c"}), table("b", {}), table("c", {"d", "c"}),
                                     table("d", {}), table("e", {"a", "b"})})),
              (std::vector<std::string>{"b", "d", "c", "a", "e"}));
}

TEST(InsertOrder, ACircleIsRefused) {
    try {
        in_insert_order({table("a", {"b"}), table("b", {"a"}), table("c", {})});
        ADD_FAILURE() << "an order was found";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::unsupported);
        EXPECT_THAT(error.what(), ::testing::HasSubstr("the foreign keys of a"));
    }
}

}  // namespace
}  // namespace stele::tenant
