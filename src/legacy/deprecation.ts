// One warning of the process for each name of the old system that has a better one today.

const warned = new Set<string>()

/** Warns at the first use of a name; later uses are silent. */
export function warnDeprecated(name: string, instead: string): void {
  if (warned.has(name)) return
  warned.add(name)
  const code = `RTK_DEP_${name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}`
  globalThis.process?.emitWarning?.(`${name} is the name of the old system: use ${instead}.`, {
    type: 'DeprecationWarning',
    code,
  })
}

/** The same class under its old name: what it makes are instances of `target`. */
export function deprecatedClass<T extends new (...args: never[]) => object>(name: string, target: T): T {
  const known: T = new Proxy(target, {
    construct(_, args, newTarget) {
      warnDeprecated(name, target.name)
      return Reflect.construct(target, args, newTarget === known ? target : newTarget)
    },
  })
  return known
}
