-- Since when a device belongs to its present owner, where we saw it change hands. Of what it was before we know nothing.
CREATE TABLE owner_since (
  device_id TEXT PRIMARY KEY REFERENCES device (id) ON DELETE CASCADE,
  at INTEGER NOT NULL
) STRICT;
