/** What the platform says about a store: checked for its form here, and only ever bound to statements. */
"use strict"

class InvalidSite extends Error {
  constructor(pointer, message) {
    super(message)
    this.pointer = pointer
  }
}

const CONTROL_CHARACTERS = /\p{Cc}/u
const EMAIL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/

/** @returns {{url: string, title: string, adminUser: string, adminEmail: string, adminPassword: string, sampleData: boolean}} */
function readSite(input) {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new InvalidSite("", "the body must be an object")
  }
  const text = (name, least, most) => {
    const value = input[name]
    if (typeof value !== "string" || !value.isWellFormed() || CONTROL_CHARACTERS.test(value)) {
      throw new InvalidSite(`/${name}`, "must be a string without control characters")
    }
    const length = [...value].length
    if (length < least || length > most) throw new InvalidSite(`/${name}`, `must have ${least} to ${most} characters`)
    return value
  }
  const sampleData = input.sampleData ?? true
  if (typeof sampleData !== "boolean") throw new InvalidSite("/sampleData", "must be true or false")
  const url = text("url", 8, 300).replace(/\/$/, "")
  if (!/^https?:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?$/.test(url)) {
    throw new InvalidSite("/url", "must be http or https, a lower-case host and an optional port, without a path")
  }
  const adminUser = text("adminUser", 1, 60)
  if (!/^[A-Za-z0-9][A-Za-z0-9._@-]*$/.test(adminUser)) {
    throw new InvalidSite("/adminUser", "must be letters, digits, dot, underscore, @ or hyphen")
  }
  const adminEmail = text("adminEmail", 3, 100)
  if (!EMAIL.test(adminEmail)) throw new InvalidSite("/adminEmail", "must be an e-mail address")
  const adminPassword = text("adminPassword", 8, 256)
  if (adminPassword !== adminPassword.trim()) {
    throw new InvalidSite("/adminPassword", "must not begin or end with a blank")
  }
  return { url, title: text("title", 1, 200), adminUser, adminEmail, adminPassword, sampleData }
}

module.exports = { InvalidSite, readSite }
