// Every check; each is defined in checks/<name>.cpp.
#pragma once

#include "operate/doctor/check.hpp"

namespace stele::doctor {

extern const Check kConnect;
extern const Check kPort;
extern const Check kPool;
extern const Check kServerConnections;
extern const Check kPoolBudget;
extern const Check kNotifications;
extern const Check kExtensions;
extern const Check kExtensionVersion;
extern const Check kMigrations;
extern const Check kLedger;
extern const Check kPrivileges;
extern const Check kRowSecurity;
extern const Check kRolePowers;
extern const Check kRetention;
extern const Check kWrites;
extern const Check kLongStatements;
extern const Check kIdleTransactions;
extern const Check kBlocked;
extern const Check kLexical;
extern const Check kSegments;
extern const Check kEmbedding;
extern const Check kDeadLetters;
extern const Check kHnsw;
extern const Check kIndexes;
extern const Check kCredentials;
extern const Check kTokens;
extern const Check kProduction;
extern const Check kListens;
extern const Check kBackup;
extern const Check kClock;
extern const Check kDisk;
extern const Check kXidAge;
extern const Check kCollation;

}  // namespace stele::doctor
