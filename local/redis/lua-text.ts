/**
 * Strings of JavaScript and of Lua, which are bytes. fengari's own way goes character by character: it takes long, and leaves
 * strings that are made of as many pieces and take ten times their size.
 */
export const toLua = (text: string): Uint8Array => Buffer.from(text)

export const fromLua = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
