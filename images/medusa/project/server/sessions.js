/**
 * Sessions in the database, so that they survive a restart of this process. Medusa takes another store than the
 * process' memory only with Redis; here the store that it falls back to is replaced.
 */
"use strict"

const TOUCH_SECONDS = 600

function useDatabaseSessions() {
  const session = require("express-session")
  let connected
  const connection = new Promise((resolve) => {
    connected = resolve
  })
  const query = async (statement, values) => (await (await connection).raw(statement, values)).rows
  const expiry = (data) => new Date(data.cookie.expires ?? Date.now() + 86_400_000)
  const answer = (work, callback = () => {}) => work.then((value) => callback(null, value), callback)

  class DatabaseSessions extends session.Store {
    get(id, callback) {
      const read = async () => {
        const [row] = await query("SELECT data FROM storefleet_session WHERE id = ? AND expires_at > now()", [id])
        return row ? row.data : null
      }
      answer(read(), callback)
    }

    set(id, data, callback) {
      const write = async () => {
        await query("DELETE FROM storefleet_session WHERE expires_at < now()")
        await query(
          `INSERT INTO storefleet_session (id, data, expires_at) VALUES (?, ?::jsonb, ?)
           ON CONFLICT (id) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`,
          [id, JSON.stringify(data), expiry(data)],
        )
      }
      answer(write(), callback)
    }

    destroy(id, callback) {
      answer(query("DELETE FROM storefleet_session WHERE id = ?", [id]), callback)
    }

    touch(id, data, callback) {
      const statement = `UPDATE storefleet_session SET expires_at = ? WHERE id = ? AND expires_at < ?::timestamptz - interval '${TOUCH_SECONDS} seconds'`
      answer(query(statement, [expiry(data), id, expiry(data)]), callback)
    }
  }

  const location = require.resolve("express-session")
  require.cache[location].exports = Object.assign(
    (options) => session({ ...options, store: options.store ?? new DatabaseSessions() }),
    session,
  )
  return { connect: (database) => connected(database) }
}

module.exports = { useDatabaseSessions }
