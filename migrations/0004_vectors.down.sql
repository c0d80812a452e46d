-- Takes away what the file of the same name makes, with all rows.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP TABLE vector_codes, vector_lists, embedding_models;
DROP FUNCTION stele_nearest;
DROP FUNCTION stele_vector_page;
DROP FUNCTION stele_item_vectors;
DROP FUNCTION stele_delete_codes;
DROP FUNCTION stele_write_codes;
