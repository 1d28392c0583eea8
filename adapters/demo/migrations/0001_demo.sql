CREATE TABLE computer (
  device_id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  platform TEXT NOT NULL,
  is_locked INTEGER NOT NULL,
  changed_at INTEGER
) WITHOUT ROWID;

CREATE TABLE protector (
  device_id TEXT NOT NULL,
  drive TEXT NOT NULL,
  kind TEXT NOT NULL,
  key_id TEXT,
  salt BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (device_id, drive)
) WITHOUT ROWID;

CREATE TABLE notice (
  id TEXT PRIMARY KEY,
  object_id TEXT NOT NULL,
  device_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  link TEXT NOT NULL
) WITHOUT ROWID;
