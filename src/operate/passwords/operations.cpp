#include "operate/passwords/operations.hpp"

#include <fmt/format.h>

#include "operate/passwords/rotate.hpp"
#include "runtime/shell_verb.hpp"

namespace stele::passwords {

namespace {

RotateOutput run_rotate(runtime::Context& context, const RotateInput& input) {
    return rotate(context, input);
}

std::string render(const json::value& output) {
    const auto text = [&](const char* name) {
        return std::string_view(output.at(name).as_string());
    };
    std::string out =
        fmt::format("{} {} a new password; it stands in {}\n", text("role"),
                    output.at("resumed").as_bool() ? "had already got" : "has", text("file"));
    for (const json::value& note : output.at("notes").as_array())
        out += fmt::format("  {}\n", std::string_view(note.as_string()));
    return out;
}

}  // namespace

void register_operations(runtime::Registry& registry) {
    runtime::Operation op = ops::shell_verb(runtime::operation("db.rotate_password", run_rotate),
                                            runtime::Effect::write);
    op.cleans_up = false;  // a kill at any moment leaves a password that works
    registry.add(std::move(op)
                     .says("Give a database login a new password",
                           "Makes a random password, gives the server its SCRAM verifier (ALTER "
                           "ROLE), proves it with a login, and only then writes the file that the "
                           "connection reads it from: the local cluster's, Docker's, the one that "
                           "PGPASSWORD_FILE names, or a pgpass file. The password itself is never "
                           "printed. Run again after an interruption, it finishes.")
                     .with_command("db rotate-password")
                     .with_examples(
                         {{"The login of database.url", {}}, {"The owner's", {{"role", "owner"}}}})
                     .with_render(render));
}

}  // namespace stele::passwords
