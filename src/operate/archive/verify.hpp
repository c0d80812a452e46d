// db verify-dump: is this file what its manifest says, and can it be restored?
#pragma once

#include "operate/archive/scratch.hpp"
#include "operate/archive/types.hpp"
#include "runtime/context.hpp"

namespace stele::archive {

// Size, SHA-256, table of contents and versions of a dump against its manifest; changes nothing.
// Every mismatch is named in `findings`.
VerifyOutput verify(runtime::Context& context, const std::filesystem::path& file);

// Restores the dump into `scratch`, compares every table, the ledger and extensions, and searches
// in it. Appends to checked and findings.
void restore_and_compare(runtime::Context& context, const std::filesystem::path& file,
                         const Manifest& manifest, Scratch& scratch, const std::string& owner,
                         int jobs, std::vector<std::string>& checked, Findings& findings);

// The arguments of pg_restore that both restore and copy use; the objects will be `owner`'s.
std::vector<std::string> restore_arguments(const pg::ConnInfo& into, const Manifest& manifest,
                                           const std::string& owner);

// The part of it that does not depend on how the rows came there.
void compare_scratch(runtime::Context& context, const Manifest& manifest,
                     const pg::ConnInfo& scratch, int jobs, std::vector<std::string>& checked,
                     Findings& findings);

// verify, and with `deep` the restore drill on the server of `target`.
VerifyOutput verify_dump(runtime::Context& context, const VerifyInput& input,
                         const pg::ConnInfo& target);

// Throws Error(failed) that names the first finding and how many there are.
void refuse_findings(const Findings& findings, std::string_view what);

}  // namespace stele::archive
