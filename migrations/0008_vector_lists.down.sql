-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP TRIGGER memory_vectors_inserted ON memory_vectors;
DROP TRIGGER memory_vectors_updated ON memory_vectors;
DROP TRIGGER memory_vectors_deleted ON memory_vectors;
DROP TRIGGER chat_vectors_inserted ON chat_vectors;
DROP TRIGGER chat_vectors_updated ON chat_vectors;
DROP TRIGGER chat_vectors_deleted ON chat_vectors;
DROP FUNCTION stele_item_vectors;
DROP FUNCTION stele_vector_page;
DROP FUNCTION stele_nearest;
DROP FUNCTION stele_memory_vectors_written;
DROP FUNCTION stele_memory_vectors_gone;
DROP FUNCTION stele_chat_vectors_written;
DROP FUNCTION stele_chat_vectors_gone;
DROP FUNCTION stele_code_vectors;
DROP FUNCTION stele_forget_codes;
DROP TABLE vector_codes;
DROP TABLE vector_lists;
