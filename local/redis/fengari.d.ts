// fengari has no types of its own; what lua.ts uses of it
declare module 'fengari' {
  const fengari: {
    // biome-ignore lint/suspicious/noExplicitAny: the C API of Lua, by name
    readonly lua: any
    // biome-ignore lint/suspicious/noExplicitAny: the C API of Lua, by name
    readonly lauxlib: any
    // biome-ignore lint/suspicious/noExplicitAny: the C API of Lua, by name
    readonly lualib: any
  }
  export default fengari
}
