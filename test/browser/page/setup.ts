// A file of the project, so that Vite resolves the entry as it does for the page (Vitest itself would resolve it as for Node).

import 'vitest-realtime/setup'
