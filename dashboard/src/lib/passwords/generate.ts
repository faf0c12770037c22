/** Without what is easily mistaken for something else: 0 O, 1 l I. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LENGTH = 20;

/** 20 letters and digits, about 115 bits, to be handed to another person once. */
export function generatePassword(): string {
  // Bytes beyond the last multiple of the alphabet's size would prefer its first letters.
  const fair = 256 - (256 % ALPHABET.length);
  let password = "";
  while (password.length < LENGTH) {
    for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH * 2))) {
      if (byte < fair && password.length < LENGTH) password += ALPHABET[byte % ALPHABET.length];
    }
  }
  return password;
}
