-- The second half of begin_reembed, in the same transaction: the unique index allows one.
-- $1 model
UPDATE embedding_models SET filling = NOT active WHERE id = $1 AND filling = active
