-- The second half of changing the model, in the same transaction: the unique index allows one.
-- $1 model
UPDATE embedding_models SET active = true, filling = false WHERE id = $1
