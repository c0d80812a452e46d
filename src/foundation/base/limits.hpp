// Every bound of Stele, named. Changing one here changes it everywhere: docs/reference/limits.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace stele::limits {

inline constexpr std::size_t kJsonDepth = 32;

// Memory
inline constexpr std::size_t kContentBytes = 64 * 1024;
inline constexpr std::size_t kMetadataBytes = 16 * 1024;
inline constexpr std::size_t kQueryBytes = 8 * 1024;
inline constexpr std::size_t kTags = 32;
inline constexpr std::size_t kTagBytes = 128;
inline constexpr std::size_t kNameBytes = 128;  // category, source, type, trust
inline constexpr std::size_t kScopeBytes = 1024;
inline constexpr std::size_t kUriBytes = 2048;
inline constexpr std::size_t kBatch = 1000;            // memories of one store_batch
inline constexpr int kPage = 100;                      // rows of one answer
inline constexpr std::size_t kDocumentTerms = 15'000;  // distinct terms kept of one memory
inline constexpr std::size_t kDocumentPairs = 128;   // pairs of neighbouring terms kept of one text
inline constexpr std::size_t kQueryTerms = 64;       // distinct terms that one query is ranked by
inline constexpr std::size_t kLongQueryTerms = 512;  // of a longer one so many are looked up
inline constexpr int kCandidateSet = 2000;  // up to so many visible memories are scored one by one
// Of more memories the numbers of memory.stats are kept for a while, by a process.
inline constexpr std::int64_t kStatsCounted = 10'000;
inline constexpr std::chrono::microseconds kStatsKept = std::chrono::minutes(1);

// Segments of search, of one tenant and kind of item
// Items in no segment; beyond it, the oldest are indexed.
inline constexpr int kUnindexedMost = 1024;
// The same beside segments, which are searched anyway.
inline constexpr int kUnindexedWithSegments = 512;
inline constexpr int kUnindexedLeft = 256;  // the segment builder leaves so many
inline constexpr int kSegmentMost = 1024;   // items of one new segment: 120 MB of the longest
inline constexpr std::size_t kBlockCacheBytes = 64
                                                << 20;  // large tenants' common words, in a process
inline constexpr std::size_t kCentroidBytes = 64 << 20;  // of large tenants' lists, in a process
inline constexpr std::uint32_t kSegmentItems = 1 << 20;

// Chat
inline constexpr std::size_t kMessageBytes = 256 * 1024;
inline constexpr std::size_t kThreadKeyBytes = 512;
inline constexpr std::size_t kDedupKeyBytes = 512;
inline constexpr std::size_t kPendingBytes = 4 * 1024;  // an action, a resolution
inline constexpr int kThreadPage = 500;                 // messages of one answer
inline constexpr int kSummaryEvery = 20;       // messages between two summaries of a thread
inline constexpr int kSummaryAtEnd = 40;       // the last messages, when a thread ends
inline constexpr std::size_t kForkDepth = 32;  // ancestors of a fork

// Graph
inline constexpr int kTraceDepth = 10;
inline constexpr int kTraceRows = 500;    // nodes of one answer
inline constexpr int kWalkNodes = 5'000;  // nodes that one walk, all its pages, visits
inline constexpr std::size_t kEvidenceBytes = 4 * 1024;
inline constexpr std::size_t kLabelBytes = 120;  // one line about a node
inline constexpr int kRebuildPage = 1'000;       // rows of a source read in one transaction

// Events
inline constexpr int kEventPage = 500;                // of one answer
inline constexpr std::size_t kEventBytes = 8 * 1024;  // of a report that goes into the stream whole

// Jobs
inline constexpr std::size_t kJobBytes = 256 * 1024;  // an input, an output, a step's, a checkpoint
inline constexpr int kLeaseBatch = 500;               // jobs of one lease, or of one worker's word
inline constexpr int kLeaseSeconds = 60;              // unless the job, its queue or the worker say
inline constexpr int kLeaseSecondsMost = 24 * 3600;
inline constexpr int kWaitMs = 60'000;  // how long a lease waits for a job
inline constexpr int kJobAttempts = 5;
inline constexpr int kBackoffSeconds = 5;  // before the second attempt; doubled with each
inline constexpr int kBackoffCap = 3600;
inline constexpr int kPriorityMost = 30'000;
inline constexpr int kFairGroups = 1'000;  // groups that one lease looks at
inline constexpr int kPromoted = 1'000;    // due jobs that one statement makes ready
inline constexpr int kJobDepth = 16;       // ancestors of a job
inline constexpr int kEverySeconds = 10;   // the shortest interval of a schedule
inline constexpr int kCatchUp = 100;       // missed times that a schedule makes up for
inline constexpr int kMissedSeconds = 60;  // a time that is so long ago was missed
inline constexpr int kNextTimes = 100;     // of a schedule, in one answer
inline constexpr int kDefinitionSteps = 200;
inline constexpr std::size_t kOutputLineBytes = 8 * 1024;  // of a command's stderr, as an event
inline constexpr int kOutputLines = 100;                   // of one job that are, in a second

// Mesh
inline constexpr int kBeatSeconds = 30;                   // between two beats of an instance
inline constexpr int kUnhealthySeconds = 90;              // after its last beat
inline constexpr int kOfflineSeconds = 600;               // likewise
inline constexpr std::size_t kExpertiseBytes = 4 * 1024;  // what an instance is good at, in words
inline constexpr std::size_t kInstanceItems = 64;         // capabilities, models of an instance
inline constexpr int kInstances = 1'000;                  // of one answer
inline constexpr int kExplained = 50;                     // candidates kept with a decision
inline constexpr int kMeshDepth = 8;                      // of a delegation, whatever mesh.maxDepth
inline constexpr int kDelegationWaitSeconds = 300;        // for a delegated job to end
inline constexpr int kPollFailures = 10;                  // in a row, then a delegation has failed

// Analytics
inline constexpr std::size_t kFeedbackBytes = 2000;
inline constexpr std::size_t kFeedbackCategories = 10;
inline constexpr std::size_t kFeedbackCategoryBytes = 100;
inline constexpr std::size_t kKeptPromptBytes = 2000;  // of what was asked, kept with a verdict
inline constexpr int kHalfLifeDays = 30;               // unless a caller says
inline constexpr int kScoreValues = 100;               // of one dimension, in one answer
inline constexpr int kAgentAnnotations = 1000;         // looked at when an agent is to be chosen

// Skills, and the context of a session
inline constexpr std::size_t kSkillDescriptionBytes = 2000;
inline constexpr std::size_t kSkillFileBytes = 256 * 1024;  // of a file that is imported
inline constexpr int kSkills = 5000;                        // of a tenant, that a search looks at
inline constexpr std::size_t kContextFileBytes = 64 * 1024;

// Channels, and what wakes agents
inline constexpr std::size_t kChannelMessageBytes = 64 * 1024;
inline constexpr std::size_t kWakeTextBytes = 4 * 1024;
inline constexpr int kWakeItems = 100;  // that one heartbeat takes along

// HTTP
inline constexpr std::size_t kBodyBytes = 1024 * 1024;
inline constexpr std::size_t kBatchBodyBytes = 16 * 1024 * 1024;

// Database
inline constexpr std::chrono::milliseconds kDeadline{30'000};  // of one operation
inline constexpr std::chrono::milliseconds kConnectTimeout{5'000};
inline constexpr std::chrono::milliseconds kCancelGrace{2'000};  // between cancel and giving up
inline constexpr int kRetries = 5;                               // of a serialization failure

// Backups
inline constexpr std::chrono::hours kDailyBackup{26};  // a daily one, and two hours to make it

// Moving one tenant
inline constexpr std::size_t kScopedRowBytes = 256 * 1024 * 1024;  // one line of the file
inline constexpr std::size_t kScopedBatchBytes = 8 * 1024 * 1024;  // rows staged at once
inline constexpr std::size_t kScopedConflicts = 100;               // listed; beyond, counted

// MCP over stdio: one JSON-RPC message
inline constexpr std::size_t kLineBytes = 16 * 1024 * 1024;

}  // namespace stele::limits
