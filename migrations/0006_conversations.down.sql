-- Takes away what the file of the same name makes, with all rows.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP TABLE chat_receipts, chat_work, chat_vectors, pending_actions, chat_summaries, chat_messages, chat_threads;
DROP FUNCTION stele_chat_vectors_deleted;
DROP FUNCTION stele_chat_vectors_written;
