// Made by build.mjs: the text of each program, by its name.
declare module 'kindling:programs' {
  export const sources: Readonly<Record<string, string>>;
}
