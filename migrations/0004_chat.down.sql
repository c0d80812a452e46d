-- Takes the chat domain away with everything that was said.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';

DROP TABLE chat_receipts, chat_work, chat_vectors, pending_actions, chat_summaries, chat_messages,
    chat_threads;
DROP FUNCTION stele_refuse_held_message();
