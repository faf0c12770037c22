-- Who logs in at a provider of identities (OpenID Connect). The two together name somebody for ever.
CREATE TABLE identities (
  issuer    text NOT NULL,
  subject   text NOT NULL,
  user_id   text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  linked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject),
  UNIQUE (user_id, issuer)
);

-- Logins that came back from the provider: the same answer does not count twice.
CREATE TABLE used_logins (
  digest     text PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
