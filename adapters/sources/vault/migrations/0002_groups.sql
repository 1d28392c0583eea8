CREATE TABLE membership (
  object_id TEXT NOT NULL REFERENCES person (object_id),
  name TEXT NOT NULL,
  PRIMARY KEY (object_id, name)
) WITHOUT ROWID;

CREATE TABLE groups_known (
  at INTEGER NOT NULL
);
