// A file of its own: whoever only needs the name loads no schemas.

/** Speaks where a session may go without naming a model, and does. */
export const defaultModel = 'gpt-realtime'
