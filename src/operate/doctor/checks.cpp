#include "operate/doctor/checks.hpp"

#include <array>

namespace stele::doctor {

std::span<const Check> all_checks() {
    static const std::array all{kConnect,          kPort,          kPool,       kServerConnections,
                                kPoolBudget,       kNotifications, kExtensions, kExtensionVersion,
                                kMigrations,       kLedger,        kPrivileges, kRowSecurity,
                                kRolePowers,       kRetention,     kWrites,     kLongStatements,
                                kIdleTransactions, kBlocked,       kLexical,    kSegments,
                                kEmbedding,        kDeadLetters,   kHnsw,       kIndexes,
                                kCredentials,      kTokens,        kProduction, kListens,
                                kBackup,           kClock,         kDisk,       kXidAge,
                                kCollation};
    return all;
}

}  // namespace stele::doctor
