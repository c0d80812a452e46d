-- The model that was active is so no more. $1 the model that becomes active
UPDATE embedding_models SET active = false WHERE active AND id <> $1
