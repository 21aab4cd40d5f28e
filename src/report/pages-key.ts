// Name under which the reporter tells the workers which tests shall have a page: it goes by Vitest's `provide` and `inject`. Its
// value is that of the option `pages`; absent where it is 'red', or where there is no reporter of ours.

export const pagesKey = 'vitest-realtime:pages'
