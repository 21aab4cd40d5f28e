// Sees dynamic imports of Vitest's module runner: it fetches and evaluates modules in ways that no hook shows.

interface Module {
  readonly promise?: unknown
  readonly evaluated?: boolean
}

interface VitestWorker {
  readonly resolvingModules?: ReadonlySet<unknown>
  readonly evaluatedModules?: { readonly idToModuleMap?: ReadonlyMap<unknown, Module> }
}

function vitestWorker(): VitestWorker | undefined {
  return (globalThis as { __vitest_worker__?: VitestWorker }).__vitest_worker__
}

function modulesOf(worker: VitestWorker | undefined): ReadonlyMap<unknown, Module> | undefined {
  return worker?.evaluatedModules?.idToModuleMap
}

/** What one clock has seen of imports so far. */
export class ImportWatch {
  #moduleCount = modulesOf(vitestWorker())?.size ?? 0
  #wasImporting = false
  #hasEnded = false

  /** True while a module is fetched or evaluated. */
  isImporting(): boolean {
    const worker = vitestWorker()
    const modules = modulesOf(worker)
    const moduleCount = modules?.size ?? 0
    // A fetch may come and go between two looks; a new module stays.
    const isSuspect = this.#wasImporting || moduleCount !== this.#moduleCount
    this.#moduleCount = moduleCount
    const isFetching = (worker?.resolvingModules?.size ?? 0) > 0
    this.#wasImporting = isFetching || (isSuspect && isEvaluating(modules))
    if (isSuspect && !this.#wasImporting) this.#hasEnded = true
    return this.#wasImporting
  }

  /** True once after imports have ended. */
  takeEnd(): boolean {
    if (this.isImporting() || !this.#hasEnded) return false
    this.#hasEnded = false
    return true
  }
}

function isEvaluating(modules: ReadonlyMap<unknown, Module> | undefined): boolean {
  for (const module of modules?.values() ?? []) if (module.promise && !module.evaluated) return true
  return false
}
